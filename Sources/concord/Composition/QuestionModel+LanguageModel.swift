import LanguageModel
import Orchestrator
import Workers

extension QuestionModel {
    /// The deployment's language model, with a budget of tokens for each question.
    init(_ model: OperationModel, budget: Int) {
        self.init { system, user, schema in
            var metered = MeteredModel(
                client: model.client,
                counter: model.counter,
                ledger: TokenLedger(budget: budget)
            ) { _ in
                // A question is one job, which either ends or is asked again: nothing outlasts it.
            }
            let request = ChatRequest(
                messages: [ChatMessage(.system, system), ChatMessage(.user, user)],
                schema: schema,
                schemaName: "question_plan",
                maximumReplyTokens: 600
            )
            return try await metered.ask("question", request, reply: 64...600).document
        }
    }
}
