package import JobModel
package import JobQueue
import Logging
package import PostgresClient
package import ServiceLifecycle

/// The four global agents and their actions: the one place where they are registered.
package enum AgentCatalog {
    /// The agents, in the order of their ports.
    package static let kinds: [AgentKind] = [.verification, .explorer, .researchDocumenter, .historian]

    /// The agent of a name; nil for an unknown one.
    package static func kind(_ name: QueueName) -> AgentKind? { kinds.first { $0.name == name } }

    /// What plans and pages may know of the actions of every agent, without one at hand.
    package static var described: [QueueName: [ActionDescription]] {
        let environment = AgentEnvironment(
            postgres: nil,
            operations: nil,
            workFolder: "",
            logger: Logger(label: "catalog")
        )
        return Dictionary(
            kinds.map { kind in (kind.name, kind.actions(environment).map { type(of: $0).described }) }
        ) { first, _ in first }
    }

    /// The actions of an agent; empty for an unknown one.
    package static func actions(for kind: QueueName, environment: AgentEnvironment) -> [any Action] {
        self.kind(kind)?.actions(environment) ?? []
    }

    /// What the process of an agent does beside its actions.
    package static func services(for kind: QueueName, environment: AgentEnvironment) throws -> [any Service] {
        try self.kind(kind)?.services(environment) ?? []
    }

    /// Every migration of the agents' own, in order; the property tables must be there before.
    package static let migrations: [PostgresMigration] =
        HistorySchema.migrations + VerificationSchema.migrations + ExplorerSchema.migrations
}
