import JobModel

/// The bodies of the calls that change escalations, as the document describes them.
enum EscalationBodies {
    private static let version = JSONSchema.Property.required(
        "version",
        .integer("The version that was seen.", minimum: 1)
    )
    private static let reviewer = JSONSchema.Property.required(
        "reviewer",
        .string("1 to 100 bytes without control characters.", minLength: 1, maxLength: 100)
    )
    private static let decisionMembers: [JSONSchema.Property] = [
        .required("decision", .string(enum: ["approve", "reject", "override", "retry"])),
        version,
        .optional("comment", .string(maxLength: 10_000)),
        .optional("value", .any("Of override: the result that is to stand.")),
        .optional("parameters", .document("Of retry: members that take the place of the job's own.")),
        .optional("guidance", .string("Of retry: what the next run is told.", minLength: 1, maxLength: 10_000)),
    ]

    static let claim = Endpoint.Body(
        shape: Shape(
            "ClaimRequest",
            .object([
                version, reviewer,
                .optional("lease_seconds", .integer("How long it is held.", minimum: 1, maximum: 86_400, default: 900)),
            ])
        ),
        example: ["version": 1, "reviewer": "ada", "lease_seconds": 900]
    )

    static let release = Endpoint.Body(
        shape: Shape("ReviewRequest", .object([version, reviewer])),
        example: ["version": 2, "reviewer": "ada"]
    )

    static let assign = Endpoint.Body(
        shape: Shape(
            "AssignRequest",
            .object([
                version, reviewer,
                .optional("assigned_to", .string("Null for nobody.", minLength: 1, maxLength: 100)),
            ])
        ),
        example: ["version": 1, "reviewer": "ada", "assigned_to": "grace"]
    )

    static let comment = Endpoint.Body(
        shape: Shape(
            "CommentRequest",
            .object([
                reviewer, .required("text", .string(minLength: 1, maxLength: 4000)),
            ])
        ),
        example: ["reviewer": "ada", "text": "the county was asked"]
    )

    static let decision = Endpoint.Body(
        shape: Shape("DecisionRequest", .object([reviewer] + decisionMembers)),
        example: ["decision": "approve", "version": 1, "reviewer": "ada", "comment": "checked"]
    )

    static let decisions = Endpoint.Body(
        shape: Shape(
            "DecisionsRequest",
            .object([
                .optional("reviewer", .string("Of the decisions that name none.", minLength: 1, maxLength: 100)),
                .required(
                    "decisions",
                    .array(
                        of: .object(
                            [
                                .required("escalation", .string(minLength: 1, maxLength: 400)),
                                .optional("reviewer", .string(minLength: 1, maxLength: 100)),
                            ] + decisionMembers
                        ),
                        minItems: 1,
                        maxItems: BulkDecision.most
                    )
                ),
            ])
        ),
        example: [
            "reviewer": "ada",
            "decisions": [["escalation": "esc-3-j-1", "version": 1, "decision": "approve"]],
        ]
    )
}
