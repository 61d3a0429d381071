package import JobModel
package import LanguageModel

/// What one operation's language model calls cost in three designs, counted on the same prompts, plan and results.
///
/// - A **loop** (ReAct) asks before each step and once for the answer, and sends the whole history each time.
/// - **Raw** (ReWOO) makes one plan and one answer over all results as they are.
/// - **Compressed** (ReWOO as it is done here) does so over results that the ladder brought into the budget.
///
/// What a loop's model would think aloud between the steps is left out, which is in the loop's favour.
package struct PromptComparison: Sendable {
    /// A step as it ran.
    package struct Step: Sendable {
        package var step: Plan.Step
        /// Its parameters with the references resolved.
        package var parameters: JSONValue
        /// What it left.
        package var result: JSONValue

        package init(step: Plan.Step, parameters: JSONValue, result: JSONValue) {
            self.step = step
            self.parameters = parameters
            self.result = result
        }

        /// Parameters as a model writes them: large data that came with the request is named, in every design, not repeated.
        fileprivate func written(_ parameters: JSONValue) -> JSONValue {
            guard case .object(var members) = parameters else { return parameters }
            for (name, value) in members {
                let planned = step.parameters[name] ?? .null
                if planned == value, JSONText.encode(planned).utf8.count > 600 { members[name] = .string("$\(name)") }
            }
            return .object(members)
        }
    }

    /// How results are written into a prompt that does not compress them.
    package enum JSONForm: String, Sendable, CaseIterable {
        case pretty, compact
    }

    /// The calls of the loop.
    package let calls: Int
    /// The tokens of the loop, by how results are written.
    package let loop: [JSONForm: Int]
    /// The tokens of plan and answer over raw results.
    package let raw: [JSONForm: Int]
    /// The tokens of the planner's call with its reply, which the last two share.
    package let planner: Int
    /// The tokens of plan and answer over compressed results.
    package let compressed: Int
    /// How each result was compressed.
    package let evidence: [CompressedEvidence]

    /// An answer of the usual length; its words do not matter.
    private static let answer = """
        {"answer":"All branches were downloaded, processed and checked; 1,204 of 1,210 rows are valid and in the live table, and \
        the six that are not have use codes that the table of codes does not have.","evidence":["E1","E2","E3","E4"]}
        """

    /// Counts everything; the goal is what the operation is for, in a sentence.
    package init(goal: String, steps: [Step], catalog: ActionCatalog, counter: TokenCounter, budget: Int) throws {
        let prompt = PlanPrompt(catalog: catalog)
        let request = prompt.request(goal: goal, guidance: nil)
        let plan = JSONText.encode(.object(Dictionary(steps.map(Self.planned)) { _, last in last }))
        let schema = try counter.count(JSONValue(encoding: prompt.schema).encoded)
        planner = counter.count(request.messages) + schema + counter.count(plan)

        let results = steps.map { Solver.StepResult(step: $0.step, result: $0.result, origin: "step \($0.step.name)") }
        let solver = Solver(question: goal, results: results, guidance: nil)
        func solving(_ evidence: [CompressedEvidence]) throws -> Int {
            let request = solver.request(evidence)
            let schema = try request.schema.map { try counter.count(JSONValue(encoding: $0).encoded) } ?? 0
            return counter.count(request.messages) + schema + counter.count(Self.answer)
        }
        var raw: [JSONForm: Int] = [:]
        var loop: [JSONForm: Int] = [:]
        for form in JSONForm.allCases {
            let texts = steps.map { form == .pretty ? JSONText.pretty($0.result) : JSONText.encode($0.result) }
            let whole = zip(steps, texts).map { step, text in
                let tokens = counter.labelled(text)
                return CompressedEvidence(
                    name: step.step.name,
                    text: text,
                    level: .full,
                    tokens: tokens,
                    fullTokens: tokens.tokens
                )
            }
            raw[form] = planner + (try solving(whole))
            loop[form] = Self.loop(request.messages, steps, texts, counter)
        }
        self.raw = raw
        self.loop = loop
        calls = steps.count + 1
        var handles = EvidenceHandles()
        let left = budget - planner - (try solving([])) - 12 * steps.count
        evidence = EvidenceCompressor(counter: counter).compress(
            results.map { .init(name: $0.step.name, document: $0.result, origin: $0.origin) },
            budget: max(0, left),
            handles: &handles
        )
        compressed = planner + (try solving(evidence))
    }

    private static func planned(_ step: Step) -> (String, JSONValue) {
        let document: JSONValue = [
            "op": .string("\(step.step.worker).\(step.step.action)"), "parameters": step.written(step.step.parameters),
            "depends_on": .array(step.step.after.map(JSONValue.string)),
        ]
        return (step.step.name, document)
    }

    /// Every call sends the actions, the goal, and each action with its result so far.
    private static func loop(
        _ messages: [ChatMessage],
        _ steps: [Step],
        _ results: [String],
        _ counter: TokenCounter
    ) -> Int {
        var messages = messages
        var total = 0
        for (step, result) in zip(steps, results) {
            let action = JSONText.encode([
                "op": .string("\(step.step.worker).\(step.step.action)"),
                "parameters": step.written(step.parameters),
            ])
            total += counter.count(messages) + counter.count(action)
            messages += [ChatMessage(.assistant, action), ChatMessage(.user, result)]
        }
        return total + counter.count(messages) + counter.count(answer)
    }
}
