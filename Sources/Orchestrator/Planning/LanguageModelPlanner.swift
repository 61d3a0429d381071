import JobModel
import LanguageModel

/// Has a goal planned by a language model: one call for the whole plan (ReWOO), one more to repair it.
struct LanguageModelPlanner: Sendable {
    /// Makes the plan of steps, or says what is wrong with them; nothing is stored.
    typealias Check = @Sendable (_ steps: JSONValue) async throws -> [FieldDefect]

    let prompt: PlanPrompt
    let check: Check

    /// Plans.
    ///
    /// - Returns: the accepted steps, in the form of a custom operation's; `nil` when both tries failed. What happened is in
    ///   the attempts either way.
    /// - Throws: what storing the ledger throws; `CancellationError`.
    func plan(
        goal: String,
        guidance: String?,
        model: inout MeteredModel,
        attempts: inout [PlanningRecord.Attempt]
    ) async throws -> JSONValue? {
        var request = prompt.request(goal: goal, guidance: guidance)
        for purpose in ["plan", "repair"] {
            let reply: ChatReply
            do {
                reply = try await model.ask(purpose, request, reply: PlanPrompt.replyTokens)
            } catch let error as LanguageModelError {
                attempts.append(.init(purpose: purpose, accepted: false, defects: [], error: error.description))
                return nil
            }
            var defects = reply.defects
            let steps = reply.document.map(PlanPrompt.steps)
            if defects.isEmpty, let steps { defects = try await check(steps) }
            let isAccepted = defects.isEmpty && steps != nil
            attempts.append(
                .init(purpose: purpose, accepted: isAccepted, defects: defects, error: nil, form: reply.form)
            )
            if isAccepted { return steps }
            request = prompt.repair(request, reply: reply.content, defects: defects)
        }
        return nil
    }
}
