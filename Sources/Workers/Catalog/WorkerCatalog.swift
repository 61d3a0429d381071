package import JobModel
package import JobQueue
import Logging

/// All kinds of workers and their actions: the one place where an action is registered.
package enum WorkerCatalog {
    /// The kinds, in the order of their ports.
    package static let kinds: [WorkerKind] = [
        .floridaData, .dataQuality, .sunbiz, .entityMatching, .performance, .artificialIntelligence,
    ]

    /// The kind of a name; nil for an unknown one.
    package static func kind(_ name: QueueName) -> WorkerKind? { kinds.first { $0.name == name } }

    /// What plans and pages may know of the actions of every kind, without a worker at hand.
    package static var described: [QueueName: [ActionDescription]] {
        let environment = WorkerEnvironment(postgres: nil, workFolder: "", logger: Logger(label: "catalog"))
        return Dictionary(
            kinds.map { kind in (kind.name, kind.actions(environment).map { type(of: $0).described }) }
        ) { first, _ in first }
    }

    /// The actions of a kind; empty for an unknown one.
    package static func actions(for kind: QueueName, environment: WorkerEnvironment) -> [any Action] {
        self.kind(kind)?.actions(environment) ?? []
    }
}
