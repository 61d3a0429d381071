import JobModel
import JobQueue
import LanguageModel

/// The answer of an operation to its goal: the one that is stored, else a new one.
struct OperationAnswer: Sendable {
    let operations: Operations

    /// The answer; `nil` for an operation that needs none.
    ///
    /// It is asked for once: a job that runs again finds it stored, unless a reviewer wants another one. Without a language
    /// model, only an answer that was asked for in so many words is missed.
    func find(_ record: OperationRecord, _ jobs: [JobSnapshot?], guidance: String?) async throws -> AnswerRecord? {
        guard let question = record.request.question, let plan = record.plan else { return nil }
        var planning =
            record.planning
            ?? PlanningRecord(model: nil, budget: operations.model?.client.configuration.operationBudget ?? 0)
        if let answer = planning.answer, guidance == nil { return answer }
        guard let model = operations.model else {
            guard record.request.wantsAnswer else { return nil }
            return try await keep(AnswerRecord(doubts: ["no language model is configured"]), &planning, record.id)
        }
        planning.model = model.client.configuration.model
        planning.tokens.budget = model.client.configuration.operationBudget
        let id = record.id
        let operations = operations
        let before = planning
        var metered = MeteredModel(client: model.client, counter: model.counter, ledger: planning.tokens) { ledger in
            var planning = before
            planning.tokens = ledger
            try await operations.keep(planning, of: id)
        }
        let solver = Solver(question: question, results: try results(plan, jobs, id), guidance: guidance)
        let answer = try await solver.solve(&metered)
        planning.tokens = metered.ledger
        return try await keep(answer, &planning, id)
    }

    private func keep(
        _ answer: AnswerRecord,
        _ planning: inout PlanningRecord,
        _ id: JobID
    ) async throws -> AnswerRecord {
        planning.answer = answer
        try await operations.keep(planning, of: id)
        return answer
    }

    private func results(_ plan: Plan, _ jobs: [JobSnapshot?], _ id: JobID) throws -> [Solver.StepResult] {
        try zip(plan.steps, jobs).compactMap { step, job in
            guard job?.state == .completed, let bytes = job?.result else { return nil }
            return Solver.StepResult(
                step: step,
                result: try JSONValue(parsing: bytes),
                origin: "step \(step.name) of operation \(id)"
            )
        }
    }
}
