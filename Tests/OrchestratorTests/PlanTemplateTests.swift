import JobModel
import JobQueue
import Orchestrator
import Testing

@Suite("Plans from templates")
struct PlanTemplateTests {
    static let types: [String: PlanTemplates.ParameterType] = [
        "county": { value throws(JobFailure) in
            guard let name = value.string, ["BROWARD", "BAKER"].contains(name) else {
                throw JobFailure("unknown_county", "no such county")
            }
            return value
        },
        "dataset": { $0 }, "roll": { $0 }, "validation_level": { $0 },
    ]

    private func templates() throws -> PlanTemplates { try PlanTemplates(types: Self.types, threshold: 0.7) }

    private func request(_ parameters: JSONValue) -> OperationRequest {
        OperationRequest(operationType: "data_pipeline", parameters: parameters)
    }

    @Test("one branch per county and dataset, each waiting only for its own steps")
    func branches() throws {
        let plan = try templates().plan(
            for: request(["counties": ["BROWARD", "BAKER", "BROWARD"], "datasets": ["SDF", "NAP"], "year": 2025])
        )
        #expect(plan.steps.count == 16)
        #expect(Set(plan.steps.map(\.branch)) == ["BROWARD SDF", "BROWARD NAP", "BAKER SDF", "BAKER NAP"])
        #expect(plan.steps.filter(\.after.isEmpty).map(\.action) == Array(repeating: "download", count: 4))
        let byName = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.name, $0) })
        for step in plan.steps {
            for parent in step.after { #expect(byName[parent]?.branch == step.branch) }
            #expect(step.parameters.references.allSatisfy { step.after.contains($0.evidence) })
        }
        #expect(plan.checks.count == 4)
    }

    @Test("equal requests make equal plans, and others do not")
    func fingerprint() throws {
        let first = try templates().plan(for: request(["counties": ["BROWARD"], "year": 2025]))
        let second = try templates().plan(for: request(["counties": ["BROWARD"], "year": 2025]))
        let third = try templates().plan(for: request(["counties": ["BROWARD"], "year": 2024]))
        #expect(try first.fingerprint == second.fingerprint)
        #expect(try first.fingerprint != third.fingerprint)
    }

    @Test(
        "an impossible parameter is named",
        arguments: [
            (#"{"year":2025}"#, "parameters.counties"),
            (#"{"counties":["BROWARD"]}"#, "parameters.year"),
            (#"{"counties":["BROWARD","ATLANTIS"],"year":2025}"#, "parameters.counties[1]"),
            (#"{"counties":[],"year":2025}"#, "parameters.counties"),
            (#"{"counties":"BROWARD","year":2025}"#, "parameters.counties"),
            (#"{"counties":["BROWARD"],"year":"2025"}"#, "parameters.year"),
            (#"{"counties":["BROWARD"],"year":1066}"#, "parameters.year"),
            (#"{"counties":["BROWARD"],"year":2025,"colour":"red"}"#, "parameters.colour"),
        ]
    )
    func impossible(parameters: String, field: String) throws {
        let templates = try templates()
        let request = request(try JSONValue(parsing: parameters))
        let error = #expect(throws: JobFailure.self) { try templates.plan(for: request) }
        #expect(error?.field == field)
    }

    @Test(
        "a template that cannot work is refused with the place",
        arguments: [
            ("steps: []", "steps"),
            ("steps: [{ id: a, worker: w, action: x, after: [b] }]", "steps.a.after"),
            ("steps: [{ id: a, worker: w, action: x, parameters: { p: $nothing } }]", "$nothing"),
            ("steps: [{ id: a, worker: w, action: x }, { id: a, worker: w, action: x }]", "two steps"),
            (
                "steps: [{ id: a, worker: w, action: x }, { id: b, worker: w, action: x, parameters: { p: '#a.r' } }]",
                "#a.r"
            ),
            ("steps: [{ id: a, worker: w, action: x }, { id: b, worker: w, action: x, after: [a], need: 2 }]", "need"),
            ("steps: [{ worker: w, action: x }]", "id"),
        ]
    )
    func invalid(steps: String, place: String) throws {
        var templates = try templates()
        let yaml = "operation_type: mine\nversion: 1\nparameters: {}\n\(steps)\n"
        let error = #expect(throws: OrchestratorError.self) { try templates.add(yaml: yaml) }
        #expect(error?.code == .invalidTemplate)
        #expect(error?.message.contains(place) == true)
    }
}
