import Hummingbird
import JobModel
import JobQueue

/// The body of `POST /escalations/decisions`: decisions that are made together, each for itself.
struct BulkDecision {
    /// One of them.
    struct Item {
        let escalation: String
        let review: Review
        let comment: String?
        let decision: Decision
    }

    let items: [Item]

    /// The most decisions of one call.
    static let most = 500

    /// Reads it; `reviewer` stands beside the list, or in each of its elements.
    ///
    /// - Throws: the ``Problem`` that names everything that is wrong; then no decision is made.
    init(_ members: [String: JSONValue]) throws(Problem) {
        var reader = FieldReader(members)
        let reviewer = reader.take("reviewer", "must be a string") { $0 }
        let elements = reader.take("decisions", required: true, "must be a list of 1 to \(Self.most) decisions") {
            value in
            if case .array(let list) = value, (1...Self.most).contains(list.count) { list } else { nil }
        }
        var items: [Item] = []
        for (position, element) in (elements ?? []).enumerated() {
            guard case .object(var members) = element else {
                reader.note("decisions[\(position)]", "must be an object")
                continue
            }
            if members["reviewer"] == nil { members["reviewer"] = reviewer }
            var inner = FieldReader(members, path: "decisions[\(position)].")
            let id = inner.string("escalation", required: true, bytes: 1...400)
            let review = Review(&inner)
            let comment = inner.string("comment", bytes: 0...10_000)
            let decision = Decision(&inner)
            let defects = inner.finish()
            reader.note(defects)
            guard let id, let decision, defects.isEmpty else { continue }
            items.append(Item(escalation: id, review: review, comment: comment, decision: decision))
        }
        try reader.check()
        self.items = items
    }
}

/// What became of decisions that were made together.
struct BulkDecisionReport: Encodable {
    /// What became of one.
    struct Entry: Encodable {
        let escalation: String
        let applied: Bool
        @ExplicitNull var version: Int?
        @ExplicitNull var jobState: JobState?
        /// Why it was not applied, as the problem document of a single decision would say it.
        @ExplicitNull var problem: Refusal?

        enum CodingKeys: String, CodingKey {
            case escalation, applied, version, problem
            case jobState = "job_state"
        }
    }

    /// Why a decision was not applied.
    struct Refusal: Encodable {
        let type: String
        let status: Int
        let detail: String
        let errors: [FieldDefect]?

        init(_ problem: Problem) {
            type = problem.kind.type
            status = problem.kind.status.code
            detail = problem.detail
            errors = problem.errors.isEmpty ? nil : problem.errors
        }
    }

    let applied: Int
    let refused: Int
    let decisions: [Entry]

    init(_ decisions: [Entry]) {
        self.decisions = decisions
        applied = decisions.count(where: \.applied)
        refused = decisions.count - applied
    }

    static let shape = Shape(
        "DecisionReport",
        .answer([
            .required("applied", .integer(minimum: 0)),
            .required("refused", .integer(minimum: 0)),
            .required(
                "decisions",
                .array(
                    of: .answer([
                        .required("escalation", .string()),
                        .required("applied", .boolean()),
                        .nullable("version", .integer(minimum: 1)),
                        .nullable("job_state", .word(JobState.self)),
                        .nullable(
                            "problem",
                            .answer(
                                "Why it was not applied.",
                                [
                                    .required("type", .string()),
                                    .required("status", .integer()),
                                    .required("detail", .string()),
                                    .optional(
                                        "errors",
                                        .array(
                                            of: .answer([
                                                .required("field", .string()), .required("message", .string()),
                                            ])
                                        )
                                    ),
                                ]
                            )
                        ),
                    ]),
                    "In the order of the request."
                )
            ),
        ])
    )

    static let example: JSONValue = [
        "applied": 1, "refused": 0,
        "decisions": [
            ["escalation": "esc-3-j-1", "applied": true, "version": 2, "job_state": "completed", "problem": nil]
        ],
    ]
}
