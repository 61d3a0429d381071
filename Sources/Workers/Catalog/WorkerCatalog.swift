package import JobQueue

/// All kinds of workers and their actions: the one place where an action is registered.
package enum WorkerCatalog {
    /// The kinds, in the order of their ports.
    package static let kinds: [WorkerKind] = [.floridaData, .dataQuality, .sunbiz]

    /// The kind of a name; nil for an unknown one.
    package static func kind(_ name: QueueName) -> WorkerKind? { kinds.first { $0.name == name } }

    /// The actions of a kind; empty for an unknown one.
    package static func actions(for kind: QueueName, environment: WorkerEnvironment) -> [any Action] {
        self.kind(kind)?.actions(environment) ?? []
    }
}
