import JobModel
import LanguageModel
import Testing

@testable import Orchestrator

@Suite("The parts of planning by goal")
struct PlanningPartsTests {
    private static let catalog = ActionCatalog([
        "florida_data": [
            ActionDescription(
                name: "download",
                summary: "Fetches one roll.",
                parameters: .object([
                    .required("county", .string()), .optional("dataset", .string(enum: ["NAL", "SDF"])),
                    .optional("year", .integer()),
                ]),
                result: .object([
                    .required("file", .object([.required("path", .string()), .required("rows", .integer())])),
                    .required("tags", .array(of: .string())),
                ])
            )
        ],
        "stage": [ActionDescription(name: "play", summary: "Plays.", parameters: .any, result: .any)],
    ])

    @Test("an action is one line")
    func signature() throws {
        let action = try #require(Self.catalog["florida_data", "download"])
        #expect(
            ActionSignature.text(worker: "florida_data", action)
                == "florida_data.download(county: text, dataset?: NAL|SDF, year?: integer) → {file: {path, rows}, tags: [text]}: Fetches one roll."
        )
    }

    @Test("the keyed schema takes a plan whose steps wait for earlier ones, and no other")
    func keyed() {
        let schema = PlanPrompt(catalog: Self.catalog).schema
        let step: (String, [String]) -> JSONValue = { operation, after in
            ["op": .string(operation), "parameters": [:], "depends_on": .array(after.map(JSONValue.string))]
        }
        #expect(schema.defects(in: ["E1": step("stage.play", []), "E2": step("stage.play", ["E1"])]).isEmpty)
        #expect(schema.defects(in: ["E1": step("stage.play", ["E1"])]).isEmpty == false)
        #expect(schema.defects(in: ["E1": step("stage.play", []), "E2": step("stage.play", ["E3"])]).count == 1)
        #expect(schema.defects(in: ["E1": step("stage.fly", [])]).map(\.field) == ["E1.op"])
        #expect(schema.defects(in: ["E2": step("stage.play", [])]).map(\.field) == ["E1"])
        #expect(schema.defects(in: ["E1": step("stage.play", []), "X": 1]).map(\.field) == ["X"])
    }

    @Test("the schema survives being sent")
    func coded() throws {
        let schema = PlanPrompt(catalog: Self.catalog).schema
        let sent = try JSONValue(encoding: schema)
        #expect(sent["properties"]?["E2"]?["properties"]?["depends_on"]?["items"]?["enum"] == ["E1"])
        #expect(sent["required"] == ["E1"])
    }

    @Test("a keyed plan becomes the steps of a custom operation")
    func steps() throws {
        let document: JSONValue = [
            "E1": ["op": "stage.play", "parameters": ["value": 1], "depends_on": []], "E2": nil,
            "E3": ["op": "stage.play", "parameters": ["value": "#E1.value"], "depends_on": ["E1"]],
        ]
        let expected: JSONValue = [
            ["id": "E1", "worker": "stage", "action": "play", "parameters": ["value": 1], "after": []],
            ["id": "E3", "worker": "stage", "action": "play", "parameters": ["value": "#E1.value"], "after": ["E1"]],
        ]
        #expect(PlanPrompt.steps(of: document) == expected)
    }

    @Test(
        "the rules take a goal only when it is clear",
        arguments: [
            ("Load the 2025 NAL and SDF rolls of Broward and Miami-Dade", true),
            ("Load the NAL roll of Broward", false),
            ("Load the 2025 rolls", false), ("Load the 2025 rolls of Broward or 2024", false),
            ("Check the health after the load of Broward 2025", false), ("Tell me a joke", false),
        ]
    )
    func rules(_ goal: String, _ isClear: Bool) throws {
        let types: [String: PlanTemplates.ParameterType] = PlanTemplateTests.types.merging(
            ["county": Self.county, "dataset": Self.dataset, "roll": Self.none, "validation_level": Self.none]
        ) { _, new in new }
        let rules = GoalRules(templates: try PlanTemplates(types: types, threshold: 0.7))
        let request = OperationRequest(operationType: "custom", parameters: ["goal": .string(goal)], priority: 9)
        switch rules.read(goal, for: request) {
        case .request(let reading):
            #expect(isClear)
            #expect(reading.operationType == "data_pipeline")
            #expect(reading.priority == 9)
            #expect(reading.parameters["counties"] == ["BROWARD", "MIAMI-DADE"])
            #expect(reading.parameters["datasets"] == ["NAL", "SDF"])
            #expect(reading.parameters["year"] == 2025)
        case .unclear(let why):
            #expect(!isClear, "\(why)")
            #expect(!why.isEmpty)
        }
    }

    @Sendable private static func county(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        guard let name = value.string?.uppercased(), ["BROWARD", "MIAMI-DADE"].contains(name) else {
            throw JobFailure("unknown_county", "no county")
        }
        return .string(name)
    }

    @Sendable private static func dataset(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        guard let name = value.string, ["NAL", "SDF", "NAP"].contains(name) else {
            throw JobFailure("unknown_dataset", "no dataset")
        }
        return value
    }

    @Sendable private static func none(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        throw JobFailure("unknown_word", "no such word")
    }

    @Test(
        "the numbers of an answer must stand in the evidence, rounded at most",
        arguments: [
            ("1,204 of 1210 rows are valid", []), ("99.5% are valid", []), ("99.6% are valid", ["99.6%"]),
            ("E1 and E2 say so", []),
            ("0.995 is the share", []), ("about 1,205 rows", ["1,205"]), ("parcel 58-0554-226 of 2025", []),
            ("parcel 58-0554-227", ["227"]), ("three rows", []), ("2 rules", []), ("12.35 ms", []),
            ("12.4 ms", ["12.4"]),
        ] as [(String, [String])]
    )
    func gate(_ answer: String, _ strangers: [String]) {
        let evidence: JSONValue = [
            "rows": 1210, "valid": 1204, "share": 0.995, "parcel": "58-0554-226", "milliseconds": 12.3471,
            "rules": ["R-1", "R-2"],
        ]
        let gate = AnswerGate(documents: [evidence], texts: ["the rolls of 2025"])
        #expect(gate.strangers(in: answer) == strangers)
    }
}
