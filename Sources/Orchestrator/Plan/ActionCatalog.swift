package import JobModel

/// The known workers and their actions: what a plan may ask for.
package struct ActionCatalog: Sendable, Hashable {
    private var actions: [String: [String: ActionDescription]] = [:]

    /// A catalog of these actions by worker.
    package init(_ known: [QueueName: [ActionDescription]] = [:]) {
        for (worker, descriptions) in known {
            actions[worker.rawValue] = Dictionary(descriptions.map { ($0.name, $0) }) { _, last in last }
        }
    }

    /// The names of the workers, in alphabetical order.
    package var workers: [String] { actions.keys.sorted() }

    /// The actions of a worker by name; empty for an unknown one.
    package func actions(of worker: String) -> [ActionDescription] {
        (actions[worker] ?? [:]).values.sorted { $0.name < $1.name }
    }

    /// One action; `nil` for an unknown one.
    package subscript(worker: String, action: String) -> ActionDescription? { actions[worker]?[action] }

    /// This catalog and what another one adds or describes anew.
    package func merging(_ other: ActionCatalog) -> ActionCatalog {
        var merged = self
        merged.actions.merge(other.actions) { $0.merging($1) { _, new in new } }
        return merged
    }
}
