import JobModel
import LanguageModel

/// What a language model is told to plan with, and the form that its plan must have.
///
/// The form is an object whose keys are the names of the steps in their order. With that, names are unique by
/// construction, and a step can only wait for earlier ones: their names are all that `depends_on` accepts. An array of steps fails
/// at both with small models (language-models.md, 1.3).
struct PlanPrompt: Sendable {
    /// The most steps of such a plan.
    static let maximumSteps = 8
    /// The fewest tokens that a plan needs, and the most that it gets.
    static let replyTokens = 150...1200

    let catalog: ActionCatalog

    /// The known actions as `worker.action`.
    var operations: [String] {
        catalog.workers.flatMap { worker in catalog.actions(of: worker).map { "\(worker).\($0.name)" } }
    }

    /// The keyed schema.
    var schema: JSONSchema {
        var steps: [JSONSchema.Property] = []
        var earlier: [String] = []
        for number in 1...Self.maximumSteps {
            let name = "E\(number)"
            var dependencies = JSONSchema.array(of: .string(enum: earlier), maxItems: earlier.count)
            if earlier.isEmpty { dependencies.elements = .nothing }
            let step = JSONSchema.object([
                .required("op", .string(enum: operations)), .required("parameters", .map(of: .any)),
                .required("depends_on", dependencies),
            ])
            steps.append(number == 1 ? .required(name, step) : .optional(name, step))
            earlier.append(name)
        }
        return .object(steps)
    }

    /// The request for a plan.
    func request(goal: String, guidance: String?) -> ChatRequest {
        let actions = catalog.workers.flatMap { worker in
            catalog.actions(of: worker).map { ActionSignature.text(worker: worker, $0) }
        }
        let system = """
            You plan data operations. Answer with a JSON object of steps E1, E2, … (at most \(Self.maximumSteps)), in the order in \
            which they run: {"E1": {"op": "worker.action", "parameters": {…}, "depends_on": []}, …}. Use only the actions \
            below, with their parameters; a ? marks one that may be left out. depends_on names the earlier steps \
            whose results a step needs. Where a parameter takes a part of an earlier result, write a reference such as \
            "#E1.file". The whole plan is made now and nothing is asked later: use the fewest steps that reach the goal.

            \(actions.joined(separator: "\n"))
            """
        let extra = guidance.map { "\n\nA reviewer says: \($0)" } ?? ""
        return ChatRequest(
            messages: [ChatMessage(.system, system), ChatMessage(.user, "Goal: \(goal)\(extra)")],
            schema: schema,
            schemaName: "plan",
            maximumReplyTokens: Self.replyTokens.upperBound,
            seed: 1
        )
    }

    /// The request for a plan without the defects of the last one.
    func repair(_ request: ChatRequest, reply: String, defects: [FieldDefect]) -> ChatRequest {
        var request = request
        let list = defects.prefix(10).map { "- \($0.description)" }.joined(separator: "\n")
        request.messages += [
            ChatMessage(.assistant, String(reply.prefix(4000))),
            ChatMessage(.user, "The plan cannot be used:\n\(list)\nAnswer with the whole corrected plan."),
        ]
        return request
    }

    /// The steps of a custom operation that a plan of the keyed form stands for.
    static func steps(of document: JSONValue) -> JSONValue {
        var steps: [JSONValue] = []
        for number in 1...maximumSteps {
            let name = "E\(number)"
            guard case .object(let step)? = document[name] else { continue }
            let operation = (step["op"]?.string ?? "").split(separator: ".", maxSplits: 1).map(String.init)
            steps.append([
                "id": .string(name), "worker": .string(operation.first ?? ""),
                "action": .string(operation.count > 1 ? operation[1] : ""),
                "parameters": step["parameters"] ?? .object([:]), "after": step["depends_on"] ?? .array([]),
            ])
        }
        return .array(steps)
    }
}
