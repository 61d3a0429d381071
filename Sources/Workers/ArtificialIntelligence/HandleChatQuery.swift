import JobQueue

/// `ai_ml.handle_chat_query`: answers a question about properties, sales, companies, loads or operations.
///
/// A grammar turns the question into a ``QuestionPlan``, which is checked and becomes one statement with parameters. The
/// answer cites the rows that it rests on, says what it assumed and which words it did not understand; where it does not
/// even know what is asked about, it says so in place of guessing. A caller can give the plan itself; and where a language
/// model is configured, it is asked for one when the grammar has not understood every word. Either is checked the same way.
struct HandleChatQuery: Action {
    static let name = "handle_chat_query"
    static let summary = "Answer a question about properties, sales, companies, loads or operations, with its rows."
    let environment: WorkerEnvironment

    /// What is asked where nothing is.
    static let defaultQuery = "What is loaded?"

    struct Parameters: Decodable, Sendable {
        /// The question, in English.
        var query: String?
        /// What it asks for, in place of the question.
        var plan: QuestionPlan?
        /// The most rows of an answer; 10 by default.
        var limit: Int?
    }

    struct Result: Encodable, Sendable {
        /// The answer in a sentence or two.
        var answer: String
        /// What was understood; nil where nothing was.
        var plan: QuestionPlan?
        var rows: [QuestionAnswer.Row]
        /// How many rows match.
        var total: Int
        var sources: [QuestionAnswer.Source]
        var assumptions: [String]
        /// Words that were not understood.
        var notUnderstood: [String]

        private enum CodingKeys: String, CodingKey {
            case answer, plan, rows, total, sources, assumptions
            case notUnderstood = "not_understood"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("query", .string("the question, in English", maxLength: 500, default: defaultQuery)),
        .optional("plan", QuestionPlan.schema),
        .optional("limit", .integer("the most rows of an answer", minimum: 1, maximum: 50, default: 10)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("answer", .string("the answer in a sentence or two")),
        .optional("plan", QuestionPlan.schema),
        .required(
            "rows",
            .array(
                of: .object([
                    .required("values", .map(of: .any)),
                    .required("citation", .string("table and key; empty for a computed row")),
                ]),
                "the rows that it rests on"
            )
        ),
        .required("total", .integer("how many rows match", minimum: 0)),
        .required("sources", .array(of: QuestionAnswer.Source.schema, "the loads that the rows are from")),
        .required("assumptions", .array(of: .string(), "what was assumed")),
        .required("not_understood", .array(of: .string(), "words that were not understood")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let question = parameters.query.flatMap { $0.isEmpty ? nil : $0 } ?? Self.defaultQuery
        guard question.count <= 500 else {
            throw JobFailure("invalid_parameters", "a question has at most 500 characters", field: "query")
        }
        try JobFailure.check(parameters.limit.map(Double.init), "limit", 1...50)
        var reading = QuestionGrammar.read(question)
        if let plan = parameters.plan {
            reading = QuestionGrammar.Reading(plan: plan, margin: 1, content: 0, missed: [], assumptions: [])
        } else if reading.plan == nil || !reading.missed.isEmpty, let model = environment.questionModel {
            reading = try await model.reading(of: question, beside: reading, context.logger)
        }
        guard let plan = reading.plan else {
            let result = Result(
                answer:
                    "I do not know what this asks about. I answer questions on properties, sales, companies, what is "
                    + "loaded, and operations, such as: how many vacant parcels are in Broward?",
                rows: [],
                total: 0,
                sources: [],
                assumptions: [],
                notUnderstood: reading.missed
            )
            return .measured(
                result,
                parts: [ConfidencePart("subject_clear", 0, basis: "no word names a known subject")]
            )
        }
        try plan.check(at: "plan")
        let client = try environment.database()
        return try await JobFailure.naming {
            do throws(any Error) {
                let limit = min(plan.limit ?? 50, parameters.limit ?? 10)
                let answer = try await QuestionRunner(client: client, queue: environment.queue).answer(
                    plan,
                    limit: limit
                )
                return outcome(reading, plan, answer)
            } catch let error as JobQueueError {
                throw JobFailure("queue_unavailable", error.message, isRetryable: true)
            }
        }
    }

    private func outcome(
        _ reading: QuestionGrammar.Reading,
        _ plan: QuestionPlan,
        _ answer: QuestionAnswer
    ) -> Outcome<Result> {
        let result = Result(
            answer: AnswerText(plan: plan, answer: answer, reading: reading).text,
            plan: plan,
            rows: answer.rows,
            total: answer.total,
            sources: answer.sources,
            assumptions: reading.assumptions,
            notUnderstood: reading.missed
        )
        let understood = reading.content - reading.missed.count
        let parts =
            Self.planParts(reading, plan) + [
                ConfidencePart(
                    "words_understood",
                    reading.content == 0 ? 1 : Double(understood) / Double(reading.content),
                    basis: "\(understood) of \(reading.content) words that say something were understood"
                ),
                ConfidencePart(
                    "data_there",
                    answer.hasData ? 1 : 0,
                    basis: answer.hasData ? "the tables that can answer have rows" : answer.gap
                ),
            ]
        return .measured(result, parts: parts)
    }

    /// How sure it is that the plan is what was asked.
    private static func planParts(_ reading: QuestionGrammar.Reading, _ plan: QuestionPlan) -> [ConfidencePart] {
        guard let model = reading.model else {
            let basis = "how much more the words speak of a \(plan.subject.rawValue) than of anything else"
            return [ConfidencePart("subject_clear", reading.margin, basis: basis)]
        }
        var parts = [
            ConfidencePart(
                "values_grounded",
                model.values == 0 ? 1 : Double(model.grounded) / Double(model.values),
                basis: "\(model.grounded) of \(model.values) values of the language model's plan stand in the question"
            )
        ]
        if let agreement = model.agreement {
            let basis = "the share of what grammar and language model say that both say"
            parts.append(ConfidencePart("plans_agree", agreement, basis: basis))
        }
        return parts
    }
}
