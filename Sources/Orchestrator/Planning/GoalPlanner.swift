import JobModel
import JobQueue
import LanguageModel
import Logging

/// Plans an operation that has a goal in place of steps: by the language model, else by the rules, else a person is asked.
struct GoalPlanner: Sendable {
    let operations: Operations

    /// Plans; what happened is stored with the operation whatever comes of it.
    ///
    /// - Throws: ``JobFailure`` `goal_not_planned` with the reasons of both; what storing throws; `CancellationError`.
    func plan(_ record: OperationRecord, goal: String, guidance: String?) async throws -> Plan {
        let budget = operations.model?.client.configuration.operationBudget ?? 0
        var planning = record.planning ?? PlanningRecord(model: nil, budget: budget)
        planning.model = operations.model?.client.configuration.model
        planning.tokens.budget = budget
        // A process that died after the plan was accepted, and before it was pinned, has left it here.
        if guidance == nil, let planned = planning.planned, planning.source != nil, planned.isFor(record.request),
            let plan = try? await operations.preview(planned)
        {
            return plan
        }
        let reason: String
        if let model = operations.model {
            if let plan = try await ask(model, record, goal, guidance, &planning) { return plan }
            let last = planning.attempts.last
            reason = last?.error ?? "the plan has defects: \(last?.defects.first?.description ?? "")"
        } else {
            reason = "no language model is configured"
        }
        return try await fallBack(record, goal, &planning, reason)
    }

    private func ask(
        _ model: OperationModel,
        _ record: OperationRecord,
        _ goal: String,
        _ guidance: String?,
        _ planning: inout PlanningRecord
    ) async throws -> Plan? {
        let id = record.id
        let operations = operations
        let before = planning
        var metered = MeteredModel(client: model.client, counter: model.counter, ledger: planning.tokens) { ledger in
            var planning = before
            planning.tokens = ledger
            try await operations.keep(planning, of: id)
        }
        let request = record.request
        let planner = LanguageModelPlanner(prompt: PlanPrompt(catalog: try await operations.actions())) { steps in
            do {
                _ = try await operations.preview(request.with(steps: steps))
                return []
            } catch let failure as JobFailure {
                return [FieldDefect(failure.field ?? "", failure.message)]
            }
        }
        let steps = try await planner.plan(
            goal: goal,
            guidance: guidance,
            model: &metered,
            attempts: &planning.attempts
        )
        planning.tokens = metered.ledger
        guard let steps else {
            try await operations.keep(planning, of: id)
            return nil
        }
        planning.source = .languageModel
        planning.fallback = nil
        planning.planned = request.with(steps: steps)
        try await operations.keep(planning, of: id)
        return try await operations.preview(request.with(steps: steps))
    }

    private func fallBack(
        _ record: OperationRecord,
        _ goal: String,
        _ planning: inout PlanningRecord,
        _ reason: String
    ) async throws -> Plan {
        let why: String
        switch GoalRules(templates: operations.templates).read(goal, for: record.request) {
        case .request(let request):
            do {
                let plan = try await operations.preview(request)
                planning.source = .rules
                planning.planned = request
                planning.fallback = .init(to: "rules", reason: reason, template: request.operationType)
                try await operations.keep(planning, of: record.id)
                operations.logger.notice(
                    "goal planned by the rules",
                    metadata: ["operation.id": "\(record.id)", "template": "\(request.operationType)"]
                )
                return plan
            } catch let failure as JobFailure {
                why = "the rules chose \(request.operationType), which is refused: \(failure.message)"
            }
        case .unclear(let text): why = text
        }
        planning.source = nil
        planning.fallback = .init(to: "review", reason: "\(reason); \(why)")
        try await operations.keep(planning, of: record.id)
        throw JobFailure("goal_not_planned", "\(reason); \(why)", field: "parameters.goal")
    }
}

extension OperationRequest {
    /// The goal, of a custom operation that has one and no steps of its own.
    var goalToPlan: String? {
        guard operationType == PlanTemplate.custom, (parameters["steps"] ?? .null) == .null else { return nil }
        return parameters["goal"]?.string
    }

    /// What is to be answered at the end: the goal, unless `answer` says no.
    var question: String? {
        guard operationType == PlanTemplate.custom, parameters["answer"] != .bool(false) else { return nil }
        return parameters["goal"]?.string
    }

    /// Whether an answer was asked for in so many words.
    var wantsAnswer: Bool { operationType == PlanTemplate.custom && parameters["answer"] == .bool(true) }

    /// This request with steps.
    func with(steps: JSONValue) -> OperationRequest {
        var request = self
        if case .object(var members) = parameters {
            members["steps"] = steps
            request.parameters = .object(members)
        }
        return request
    }

    /// Whether this is what was planned for another request: for its steps, or by the rules for its goal.
    fileprivate func isFor(_ request: OperationRequest) -> Bool {
        operationType != PlanTemplate.custom || parameters["goal"] == request.parameters["goal"]
    }
}
