import JobModel
import Orchestrator
import Testing

@Suite("The check of a plan")
struct PlanCheckerTests {
    static let catalog = ActionCatalog([
        "files": [
            ActionDescription(
                name: "fetch",
                summary: "Fetches a file.",
                parameters: .object([.required("year", .integer(minimum: 2000)), .optional("name", .string())]),
                result: .object([
                    .required("file", .object([.required("path", .string())])),
                    .required("rows", .array(of: .object([.required("id", .integer())]))),
                ])
            )
        ],
        "tables": [
            ActionDescription(
                name: "load",
                summary: "Loads a file.",
                parameters: .object([.optional("path", .string()), .optional("first", .integer())]),
                result: .any
            )
        ],
    ])

    private func defects(of steps: String, checks: String = "[]", limits: PlanLimits = PlanLimits()) throws -> [String]
    {
        let templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        let parameters = try JSONValue(parsing: #"{"steps":\#(steps),"checks":\#(checks)}"#)
        let plan = try templates.plan(for: OperationRequest(operationType: "custom", parameters: parameters))
        return PlanChecker(catalog: Self.catalog, limits: limits).defects(of: plan, timeoutSeconds: 300)
            .map(\.description)
    }

    private static let fetch = #"{"id":"get","worker":"files","action":"fetch","parameters":{"year":2025}}"#

    @Test func `a plan that fits has no defects, and waits for the steps that it refers to`() throws {
        let load =
            ##"{"id":"put","worker":"tables","action":"load","parameters":{"path":"#get.file.path","first":"#get.rows[0].id"}}"##
        #expect(try defects(of: "[\(load),\(Self.fetch)]") == [])
    }

    @Test(
        "what is wrong with a step is said with its place",
        arguments: [
            (
                ##"{"id":"a","worker":"fils","action":"fetch"}"##,
                "steps.a.worker: fils is no known worker; known are files, tables"
            ),
            (
                ##"{"id":"a","worker":"files","action":"fecth"}"##,
                "steps.a.action: files has no action fecth; it has fetch"
            ),
            (##"{"id":"a","worker":"files","action":"fetch"}"##, "steps.a.parameters.year: is missing"),
            (
                ##"{"id":"a","worker":"files","action":"fetch","parameters":{"year":1999}}"##,
                "steps.a.parameters.year: must be a whole number of at least 2000"
            ),
            (
                ##"{"id":"a","worker":"files","action":"fetch","parameters":{"year":2025,"nmae":"x"}}"##,
                "steps.a.parameters.nmae: is unknown; known are year, name"
            ),
            (
                ##"{"id":"a","worker":"tables","action":"load","parameters":{"path":"#get.file.size"}}"##,
                "steps.a.parameters: #E1.file.size leads to nothing in the result of files.fetch"
            ),
            (
                ##"{"id":"a","worker":"tables","action":"load","parameters":{"path":"#get.rows.id"}}"##,
                "steps.a.parameters: #E1.rows.id leads to nothing in the result of files.fetch"
            ),
            (
                ##"{"id":"a","worker":"tables","action":"load","timeout_seconds":301}"##,
                "steps.a.timeout_seconds: must be at least 1 and at most the operation's 300"
            ),
        ]
    )
    func places(_ step: String, _ defect: String) throws {
        #expect(try defects(of: "[\(Self.fetch),\(step)]") == [defect])
    }

    @Test func `a reference to a step that a join may do without is refused, and one to a shared ancestor is not`()
        throws
    {
        func step(_ id: String, _ rest: String) -> String {
            #"{"id":"\#(id)","worker":"tables","action":"load",\#(rest)}"#
        }
        let branches = "\(Self.fetch),\(step("b", #""after":["get"]"#)),\(step("c", #""after":["get"]"#))"
        let shared = step("d", ##""after":["b","c","get"],"need":1,"parameters":{"path":"#get.file.path"}"##)
        #expect(try defects(of: "[\(branches),\(shared)]") == [])
        let single = step("d", ##""after":["b","c"],"need":1,"parameters":{"path":"#b.x"}"##)
        #expect(
            try defects(of: "[\(branches),\(single)]")
                == ["steps.d.parameters: #E2.x names a step that need not have completed when this one starts"]
        )
    }

    @Test func `a plan keeps within its limits`() throws {
        let limits = PlanLimits(steps: 1, parameterBytes: 20)
        #expect(
            try defects(of: "[\(Self.fetch),\(Self.fetch.replacing("get", with: "b"))]", limits: limits)
                == ["steps: the plan has 2 steps, the limit is 1"]
        )
        let long = Self.fetch.replacing("2025", with: #"2025,"name":"\#(String(repeating: "x", count: 20))""#)
        let message = "steps.get.parameters: has 43 bytes, the limit is 20; hand large data over by reference"
        #expect(try defects(of: "[\(long)]", limits: limits) == [message])
    }

    @Test(
        "the steps of a custom operation are refused with the place before they are a plan",
        arguments: [
            (#"{}"#, "parameters.steps", "missing"), (#"{"steps":[]}"#, "parameters.steps", "from 1 to 1000"),
            (#"{"steps":[{"id":"a","worker":"w"}]}"#, "parameters.steps[0].action", "is missing"),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x","afetr":["b"]}]}"#, "parameters.steps[0].afetr",
                "is unknown"
            ),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x","after":["b"]}]}"#, "parameters.steps.a.after",
                "b is no step"
            ),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x","after":["b"]},{"id":"b","worker":"w","action":"x","after":["a"]}]}"#,
                "parameters.steps.a", "a after b after a"
            ),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x","after":["a"]}]}"#, "parameters.steps.a", "a after a"
            ),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x"},{"id":"a","worker":"w","action":"x"}]}"#,
                "parameters.steps.a", "two steps"
            ),
            (
                ##"{"steps":[{"id":"a","worker":"w","action":"x"},{"id":"b","worker":"w","action":"x"},{"id":"c","worker":"w","action":"x","after":["a"],"need":1,"parameters":{"p":"#b.x"}}]}"##,
                "parameters.steps.c.parameters", "refers to b"
            ),
            (#"{"step":[]}"#, "parameters.step", "is unknown"),
            (
                #"{"steps":[{"id":"a","worker":"w","action":"x"},{"id":"b","worker":"w","action":"x","after":["a"],"need":2}]}"#,
                "parameters.steps.b.need", "from 1 to the number"
            ),
            (
                ##"{"steps":[{"id":"a","worker":"w","action":"x"}],"checks":[{"says":"x","left":"#E9.rows","right":1}]}"##,
                "parameters.checks[0]", "#E9.rows refers to no step"
            ),
        ]
    )
    func custom(_ parameters: String, _ field: String, _ words: String) throws {
        let templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        let request = OperationRequest(operationType: "custom", parameters: try JSONValue(parsing: parameters))
        let failure = #expect(throws: JobFailure.self) { try templates.plan(for: request) }
        #expect(failure?.field == field)
        #expect(failure.map { "\($0)".contains(words) } == true, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test func `conditions leave steps out, and those behind them do not wait for them`() throws {
        var templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        try templates.add(
            yaml: """
                operation_type: maybe
                version: 1
                parameters: { heal: { type: boolean, default: false }, rows: { type: object, list: true } }
                steps:
                  - { id: a, worker: w, action: x, unless: $rows }
                  - { id: b, worker: w, action: x, after: [a], when: $heal }
                  - { id: c, worker: w, action: x, after: [a, b], parameters: { name: $rows } }
                checks:
                  - { says: b ran, left: "#b.x", right: 1 }
                """
        )
        func plan(_ parameters: JSONValue) throws -> Plan {
            try templates.plan(for: OperationRequest(operationType: "maybe", parameters: parameters))
        }
        #expect(try plan([:]).steps.map(\.role) == ["a", "c"])
        #expect(try plan([:]).checks.isEmpty)
        #expect(try plan(["heal": true]).steps.map(\.after) == [[], ["E1"], ["E1", "E2"]])
        #expect(try plan(["heal": true]).checks.count == 1)
        let given = try plan(["rows": [["owner": "#E1 LLC"]]])
        #expect(given.steps.map(\.role) == ["c"])
        #expect(try given.steps[0].parameters.resolving([:]) == ["name": [["owner": "#E1 LLC"]]])
    }
}
