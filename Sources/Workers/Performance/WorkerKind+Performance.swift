import JobQueue

extension WorkerKind {
    /// Probes, measurements and counts of the deployment and of what it has loaded.
    static let performance = WorkerKind(name: "performance", port: 8005) { environment in
        [
            MonitorHealth(environment: environment),
            AnalyzePerformance(environment: environment),
            CheckDataParity(environment: environment),
            TrackCompletion(environment: environment),
        ]
    }
}
