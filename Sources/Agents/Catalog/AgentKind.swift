import Orchestrator
package import JobModel
import JobQueue
import ServiceLifecycle

/// A global agent: its queue's name, its port, its actions, and what else its process does.
package struct AgentKind: Sendable {
    /// The name of the queue that it consumes.
    package let name: QueueName
    /// The port of its HTTP server unless configured otherwise.
    package let port: Int
    /// The paths of its server beside those of every worker, each of which runs an action.
    package let routes: [AgentRoute]
    let actions: @Sendable (AgentEnvironment) -> [any Action]
    let services: @Sendable (AgentEnvironment) throws -> [any Service]
}

/// A path of an agent's server that runs an action and answers its result.
package struct AgentRoute: Sendable {
    /// Whether it changes something.
    package var isPost = false
    /// The path, with parameters of the action in braces.
    package var path: String
    /// The action.
    package var action: String
    /// Media types by the value of the parameter `format` that asks for them; the result's `content` is answered as it is.
    package var forms: [(type: String, format: String)] = []
}

extension AgentKind {
    /// Re-checks what finished steps claim.
    static let verification = AgentKind(
        name: "verification",
        port: 3009,
        routes: [AgentRoute(path: "/history", action: ListVerifications.name)],
        actions: { [VerifyOperation(environment: $0), ListVerifications(environment: $0)] },
        services: { _ in [] }
    )

    /// Finds files, tables, fields, operations, rules, entities and what the sources offer.
    static let explorer = AgentKind(
        name: "explorer",
        port: 3010,
        routes: [AgentRoute(path: "/search", action: SearchEverything.name)],
        actions: { [SearchEverything(environment: $0)] },
        services: { _ in [] }
    )

    /// Writes the report of an operation.
    static let researchDocumenter = AgentKind(
        name: "research_documenter",
        port: 3011,
        routes: [
            AgentRoute(
                path: "/research",
                action: DocumentOperation.name,
                forms: [("text/markdown", "markdown"), ("text/html", "html")]
            )
        ],
        actions: { [DocumentOperation(environment: $0)] },
        services: { _ in [] }
    )

    /// Keeps the append-only record.
    static let historian = AgentKind(
        name: "historian",
        port: 3012,
        routes: [
            AgentRoute(path: "/search", action: SearchHistory.name),
            AgentRoute(path: "/timeline", action: ReadTimeline.name),
            AgentRoute(path: "/snapshot/{id}", action: ReadSnapshot.name),
            AgentRoute(isPost: true, path: "/checkpoint/create", action: CreateCheckpoint.name),
            AgentRoute(path: "/verify", action: VerifyChain.name),
            AgentRoute(path: "/export", action: ExportHistory.name, forms: [("application/jsonl", "jsonl")]),
        ],
        actions: { environment in
            [
                SearchHistory(environment: environment), ReadTimeline(environment: environment),
                ReadSnapshot(environment: environment), CreateCheckpoint(environment: environment),
                VerifyChain(environment: environment), ExportHistory(environment: environment),
            ]
        },
        services: { environment in
            // Without a database there is nothing to write to; every action then says so.
            guard let log = environment.historyIfConfigured, let operations = environment.operations else { return [] }
            let events = EventHub(queue: operations.queue, logger: environment.logger)
            return [
                events,
                HistoryFollower(operations: operations, log: log, events: events, logger: environment.logger),
            ]
        }
    )
}
