import JobModel
import Orchestrator

extension ScheduleReport {
    /// A schedule in a list, and after it was paused or resumed.
    static let shape = Shape("Schedule", schema)

    static let schema = JSONSchema.answer("An operation that is created again and again.", members)

    static let members: [JSONSchema.Property] = [
        .required("name", .string()),
        .required("version", .integer("Grows with every change.", minimum: 1)),
        .required("cron", .string()),
        .required("time_zone", .string()),
        .required("catch_up", .word(CatchUp.self, "What becomes of missed times.")),
        .required(
            "overlap",
            .word(OverlapPolicy.self, "What becomes of a time at which the last operation still runs.")
        ),
        .required("operation", .document("What is created: the body of `POST /operations`.")),
        .required("paused", .boolean()),
        .nullable("next_run_at", .moment("Null while it is paused.")),
        .nullable("last_operation_id", .string()),
        .required("created_at", .moment()),
        .required("updated_at", .moment()),
    ]

    static let example: JSONValue = [
        "name": "nightly", "version": 1, "cron": "0 3 * * *", "time_zone": "America/New_York", "catch_up": "latest",
        "overlap": "skip",
        "operation": ["operation_type": "data_pipeline", "parameters": ["counties": ["06"], "year": 2025]],
        "paused": false, "next_run_at": "2025-10-21T07:00:00.000Z", "last_operation_id": nil,
        "created_at": "2025-10-20T14:30:22.000Z", "updated_at": "2025-10-20T14:30:22.000Z",
    ]

    /// The body of `PUT /schedules/{name}`.
    static func definition(types: [String]) -> Endpoint.Body {
        let request = OperationRequest.shape(types: types).alternatives[0]
        return Endpoint.Body(
            shape: Shape(
                "ScheduleDefinition",
                .object([
                    .required("cron", .string("Five fields, or such as `@daily`.", minLength: 1)),
                    .optional("time_zone", .string("Of the tz database.", default: "UTC")),
                    .optional("catch_up", .word(CatchUp.self, "What becomes of missed times; `latest` unless said.")),
                    .optional("overlap", .word(OverlapPolicy.self, "What becomes of overlaps; `skip` unless said.")),
                    .required("operation", request),
                ])
            ),
            example: [
                "cron": "0 3 * * *", "time_zone": "America/New_York",
                "operation": [
                    "operation_type": .string(types.first ?? "data_pipeline"),
                    "parameters": ["counties": ["06"], "year": 2025],
                ],
            ]
        )
    }
}

extension ScheduleDetail {
    /// A schedule with its times.
    static let shape = Shape(
        "ScheduleDetail",
        .answer(
            "A schedule with the times that come next and what became of those before.",
            ScheduleReport.members + [
                .required("next_runs", .array(of: .moment())),
                .required(
                    "fires",
                    .array(
                        of: .answer([
                            .required("outcome", .word(ScheduleFire.Outcome.self)),
                            .nullable("planned_at", .moment()),
                            .nullable("missed_since", .moment("The first of several times that were missed.")),
                            .required("at", .moment()),
                            .nullable("operation_id", .string()),
                        ])
                    )
                ),
            ]
        )
    )

    static var example: JSONValue {
        guard case .object(let members) = ScheduleReport.example else { return ScheduleReport.example }
        let more: [String: JSONValue] = ["next_runs": ["2025-10-21T07:00:00.000Z"], "fires": []]
        return .object(members.merging(more) { _, new in new })
    }
}
