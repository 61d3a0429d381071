import JobQueue

extension WorkerKind {
    /// Anomalies, healing, questions, use codes, and the rules that they work by.
    static let artificialIntelligence = WorkerKind(name: "ai_ml", port: 8006) { environment in
        [
            RunMonitoring(environment: environment),
            ExecuteSelfHealing(environment: environment),
            HandleChatQuery(environment: environment),
            AssignUseCodes(environment: environment),
            StoreRules(environment: environment),
        ]
    }
}
