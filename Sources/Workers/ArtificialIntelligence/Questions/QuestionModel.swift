package import JobModel
import JobQueue
import Logging

/// A language model that turns a question into a ``QuestionPlan``.
///
/// It is held to the plan's JSON Schema, and its reply is checked here whatever its server promised: an invalid one is asked
/// for again once, with what was wrong; then the grammar's own reading counts. It never sees a row, and writes no SQL.
package struct QuestionModel: Sendable {
    /// Sends a prompt and answers the JSON document in the reply; nil where there is none.
    package typealias Ask =
        @Sendable (_ system: String, _ user: String, _ schema: JSONSchema) async throws -> JSONValue?

    private let ask: Ask

    /// A model behind a function.
    package init(ask: @escaping Ask) {
        self.ask = ask
    }

    /// Reads a question; a model that does not answer or makes no valid plan leaves the grammar's reading as it is.
    func reading(
        of question: String,
        beside grammar: QuestionGrammar.Reading,
        _ logger: Logger
    ) async throws -> QuestionGrammar.Reading {
        var reading = grammar
        let made: QuestionPlan?
        do {
            made = try await plan(for: question)
        } catch {
            try Task.checkCancellation()
            // Its message may repeat the prompt, and the question a name.
            logger.warning("the language model made no plan", metadata: ["error.type": "\(type(of: error))"])
            made = nil
        }
        guard let made else {
            reading.assumptions.append("the language model made no valid plan, so that only the grammar's words count")
            return reading
        }
        let evidence = PlanEvidence(question: question, plan: made)
        reading.plan = made
        reading.missed = grammar.missed.filter { !evidence.covers($0) }
        reading.assumptions = ["a language model made the plan"]
        reading.model = QuestionGrammar.ModelEvidence(
            values: evidence.values,
            grounded: evidence.grounded,
            agreement: grammar.plan.map { evidence.agreement(with: $0) }
        )
        return reading
    }

    /// Asks for a plan, and once more with what was wrong with the first; nil where neither is valid.
    private func plan(for question: String) async throws -> QuestionPlan? {
        var defects: [String] = []
        for _ in 1...2 {
            let user =
                defects.isEmpty
                ? question : "\(question)\n\nYour last answer was invalid: \(defects.joined(separator: "; "))"
            guard let document = try await ask(Self.system, user, QuestionPlan.schema) else {
                defects = ["it was no JSON object"]
                continue
            }
            defects = QuestionPlan.schema.defects(in: document).map(\.description)
            guard defects.isEmpty else { continue }
            do {
                let plan = try document.decode(QuestionPlan.self)
                try plan.check(at: "plan")
                return plan
            } catch let failure as JobFailure {
                defects = ["\(failure.field ?? ""): \(failure.message)"]
            } catch is DecodingError {
                defects = ["it does not fit the schema"]
            }
        }
        return nil
    }

    /// What the model is told: the catalog, and nothing of the data.
    private static let system: String = {
        let subjects = QuestionPlan.Subject.allCases.map { subject in
            let fields = QuestionCatalog.of(subject).fields.map { "\($0.name) (\($0.kind.rawValue))" }
            return "\(subject.rawValue): \(fields.joined(separator: ", "))"
        }
        return """
            Turn the user's question about Florida property data into a query plan as JSON. Use only these fields of the \
            plan's subject:
            \(subjects.joined(separator: "\n"))
            Take values of conditions from the question's own words; never invent any. County values are county names. \
            Use measure "list" for single records, "count" for how many. "of" names the number that is summed or averaged.
            """
    }()
}

/// How far a plan is borne out by the words of its question.
private struct PlanEvidence {
    private let text: String
    private let plan: QuestionPlan
    let values: Int
    let grounded: Int

    init(question: String, plan: QuestionPlan) {
        let words = QuestionWords(question)
        let text = " " + words.words.map(\.key).joined(separator: " ") + " "
        let numbers = words.words.indices.compactMap { words.number(at: $0)?.value }
        // Codes and truths are chosen from closed sets and stand in no question.
        let open = plan.conditions.filter { condition in
            if case .bool = condition.value { return false }
            return !["use_code", "use_category", "company_status", "qualification", "roll", "state"].contains(
                condition.field
            )
        }
        self.text = text
        self.plan = plan
        values = open.count
        grounded = open.count { condition in
            if let number = condition.value.double {
                // "More than 5" is at least 6.
                return numbers.contains { abs($0 - number) <= 1 || abs($0 * 43_560 - number) <= 1 }
            }
            let own = (condition.value.string ?? "").lowercased().split { !$0.isLetter && !$0.isNumber }
            return !own.isEmpty && own.allSatisfy { text.contains($0) }
        }
    }

    /// Whether a word that the grammar did not understand is in the plan.
    func covers(_ word: String) -> Bool {
        let key = word.lowercased()
        let names =
            plan.conditions.flatMap { [$0.field, $0.value.string ?? ""] }
            + [plan.of, plan.groupBy, plan.orderBy]
            .compactMap(\.self)
        return names.contains { $0.lowercased().replacing("_", with: " ").contains(key) }
    }

    /// The share of what two plans say that both say.
    func agreement(with other: QuestionPlan) -> Double {
        let (mine, theirs) = (Self.statements(plan), Self.statements(other))
        return Double(mine.intersection(theirs).count) / Double(max(1, mine.union(theirs).count))
    }

    private static func statements(_ plan: QuestionPlan) -> Set<String> {
        var all: Set = ["subject \(plan.subject.rawValue)", "measure \(plan.measure.rawValue)"]
        if let of = plan.of { all.insert("of \(of)") }
        if let group = plan.groupBy { all.insert("by \(group)") }
        if let order = plan.orderBy { all.insert("order \(order) \(plan.isDescending ?? false)") }
        for condition in plan.conditions {
            let value = condition.value.string?.lowercased() ?? (try? condition.value.encoded) ?? ""
            all.insert("\(condition.field) \(condition.comparison.rawValue) \(value)")
        }
        return all
    }
}
