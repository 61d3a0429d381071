import Hummingbird
import JobModel

extension EscalationsController {
    private static let id = Endpoint.Parameter.path("id", "The escalation's id.")

    /// The review queue's paths.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/escalations",
                .escalations,
                "List the review queue",
                parameters: EscalationQuery.parameters,
                answers: [
                    .json(
                        200,
                        "A page.",
                        Shape(
                            "EscalationPage",
                            .answer([
                                .required("escalations", .array(of: EscalationReport.schema)),
                                .nullable(
                                    "total",
                                    .integer(
                                        "How many fit, on this page or not; null where that is not known without reading all.",
                                        minimum: 0
                                    )
                                ),
                                .nullable("next_cursor", .string("Of the next page; null on the last.")),
                            ])
                        ),
                        example: ["escalations": [EscalationReport.example], "total": 1, "next_cursor": nil]
                    )
                ],
                handler: list
            ),
            Endpoint(
                .get,
                "/escalations/{id}",
                .escalations,
                "Read an escalation with its evidence, its schema and its history",
                parameters: [Self.id],
                answers: [
                    .json(200, "The escalation.", EscalationDetail.shape, example: EscalationDetail.example)
                ],
                problems: [.notFound],
                handler: show
            ),
            change("claim", "Hold an escalation for a while", EscalationBodies.claim, claim),
            change("release", "Give an escalation back to the others", EscalationBodies.release, release),
            change("assign", "Say who should decide", EscalationBodies.assign, assign),
            change("comment", "Remark on an escalation", EscalationBodies.comment, comment),
            Endpoint(
                .post,
                "/escalations/{id}/decision",
                .escalations,
                "Decide an escalation, once",
                details: """
                    A stale version or a second decision is 409 and changes nothing. `approve` and `override` never run \
                    the job again; `override`'s value is held against the schema of the action's result.
                    """,
                parameters: [Self.id],
                body: EscalationBodies.decision,
                answers: [decided],
                problems: [.notFound, .conflict],
                handler: decide
            ),
            Endpoint(
                .post,
                "/escalations/{id}/undo",
                .escalations,
                "Take a decision back",
                details: "Until a step that depends on the job has started; then it is 409, which names the step.",
                parameters: [Self.id],
                body: EscalationBodies.release,
                answers: [decided],
                problems: [.notFound, .conflict],
                handler: undo
            ),
            Endpoint(
                .post,
                "/escalations/decisions",
                .escalations,
                "Decide many escalations, each for itself",
                details: "A body with a wrong field decides nothing; a decision that is refused leaves the others.",
                body: EscalationBodies.decisions,
                answers: [
                    .json(
                        200,
                        "What became of each.",
                        BulkDecisionReport.shape,
                        example: BulkDecisionReport.example
                    )
                ],
                handler: decideAll
            ),
        ]
    }

    private func change(
        _ word: String,
        _ summary: String,
        _ body: Endpoint.Body,
        _ handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(
            .post,
            "/escalations/{id}/\(word)",
            .escalations,
            summary,
            parameters: [Self.id],
            body: body,
            answers: [.json(200, "The escalation.", EscalationReport.shape, example: EscalationReport.example)],
            problems: [.notFound, .conflict],
            handler: handler
        )
    }

    private var decided: Endpoint.Answer {
        let shape = Shape(
            "DecidedEscalation",
            .answer(
                "An escalation after a decision.",
                EscalationReport.members + [.required("job_state", .word(JobState.self, "What became of the job."))]
            )
        )
        guard case .object(var example) = EscalationReport.example else {
            return .json(200, "The escalation.", shape, example: EscalationReport.example)
        }
        example["job_state"] = "completed"
        return .json(200, "The escalation.", shape, example: .object(example))
    }
}
