import JobModel
import Testing

@testable import Orchestrator

@Suite("The definition of a schedule")
struct ScheduleDefinitionTests {
    private func read(_ document: JSONValue) throws -> ScheduleDefinition {
        try ScheduleDefinition.read(
            document,
            templates: try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        )
    }

    private static let operation: JSONValue = [
        "operation_type": "data_pipeline",
        "parameters": ["counties": ["BAKER"], "datasets": ["NAL"], "year": 2025],
    ]

    @Test("takes the defaults of the API where little is said")
    func defaults() throws {
        let definition = try read(["cron": "@daily", "operation": Self.operation, "time_zone": nil])
        #expect(definition.timing.zoneName == "UTC")
        #expect(definition.catchUp == .latest)
        #expect(definition.overlap == .skip)
        #expect(definition.request.priority == 5)
    }

    @Test("takes every field")
    func all() throws {
        let definition = try read([
            "cron": " 0  6 * * * ", "time_zone": "Europe/Berlin", "catch_up": "all", "overlap": "wait",
            "operation": Self.operation,
        ])
        #expect(definition.timing.cron.description == "0 6 * * *")
        #expect(definition.timing.zoneName == "Europe/Berlin")
        #expect(definition.catchUp == .all)
        #expect(definition.overlap == .wait)
    }

    @Test("takes a goal for a language model, which is planned later, and no custom operation without steps or goal")
    func goals() throws {
        let operation: JSONValue = ["operation_type": "custom", "parameters": ["goal": "compare the rolls"]]
        #expect(try read(["cron": "@daily", "operation": operation]).request.operationType == "custom")
        let error = #expect(throws: RequestError.self) {
            try read(["cron": "@daily", "operation": ["operation_type": "custom"]])
        }
        #expect(error?.defects.map(\.field) == ["operation.parameters.steps"])
    }

    @Test(
        "names every field that is wrong, missing or unknown",
        arguments: [
            ([:], ["cron", "operation"]), ("text", [""]),
            (["cron": 7, "time_zone": 8, "operation": 9], ["cron", "time_zone", "operation"]),
            (
                [
                    "cron": "61 25 * * *", "time_zone": "Mars", "catch_up": "maybe", "overlap": true,
                    "operation": operation,
                ],
                ["cron", "cron", "time_zone", "catch_up", "overlap"]
            ),
            (["cron": "@daily", "crom": 1, "operation": operation], ["crom"]),
            (
                ["cron": "@daily", "operation": ["operation_type": "nope", "priority": 11, "x": 1]],
                ["operation.x", "operation.operation_type", "operation.priority"]
            ),
            (
                [
                    "cron": "@daily",
                    "operation": ["operation_type": "data_pipeline", "parameters": ["counties": ["X"]]],
                ],
                ["operation.parameters.counties[0]"]
            ),
            (
                ["cron": "0 0 30 2 *", "operation": ["operation_type": "data_pipeline"]],
                ["cron", "operation.parameters.counties"]
            ),
        ] as [(JSONValue, [String])]
    )
    func defects(document: JSONValue, fields: [String]) throws {
        let error = #expect(throws: RequestError.self) { try read(document) }
        #expect(error?.defects.map(\.field) == fields)
    }

    @Test(
        "has a name of safe characters",
        arguments: ["", "a b", "a:b", "ü", String(repeating: "n", count: 65), "a/b"]
    )
    func names(text: String) {
        #expect(ScheduleName(rawValue: text) == nil)
        #expect(ScheduleName(rawValue: "Nightly.load_2-x")?.rawValue == "Nightly.load_2-x")
    }
}
