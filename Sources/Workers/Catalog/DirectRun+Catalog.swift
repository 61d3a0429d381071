package import JobQueue

extension DirectRun {
    /// Runs for the actions of a built-in kind; it has none for an unknown one.
    package init(kind: QueueName, environment: WorkerEnvironment) {
        self.init(
            kind: kind,
            actions: WorkerCatalog.actions(for: kind, environment: environment),
            logger: environment.logger
        )
    }
}
