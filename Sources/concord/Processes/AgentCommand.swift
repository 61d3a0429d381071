import Agents
import ArgumentParser
import Gateway
import JobModel
import JobQueue

/// `concord agent`.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Run one process of a global agent.",
        discussion: """
            Agents: \(agentNames).

            Any number of processes of an agent share its queue. It waits for Redis and PostgreSQL where they are not there \
            yet, and ends in good order on SIGTERM or Ctrl-C: running jobs finish or are handed back.

            Example: concord agent historian --port 0
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The agent's name.", completion: .list(AgentCatalog.kinds.map(\.name.rawValue)))
    var name: String

    @Option(help: ArgumentHelp("HTTP port, 0 for a free one (default: the port of the agent).", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("Loopback address to listen on.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("Jobs run at once.", valueName: "number"))
    var concurrency: Int?

    private static let agentNames = AgentCatalog.kinds.map(\.name.rawValue).joined(separator: ", ")

    func validate() throws {
        guard QueueName(rawValue: name).flatMap(AgentCatalog.kind) != nil else {
            throw ValidationError("'\(name)' is no agent; known are \(Self.agentNames).")
        }
    }

    func run() async throws {
        guard let kind = QueueName(rawValue: name).flatMap(AgentCatalog.kind) else {
            throw CommandFailure(.usage, "\(name) is no agent; known are \(Self.agentNames)")
        }
        let settings = try options.settings([
            .port: port.map(String.init), .host: host, .concurrency: concurrency.map(String.init),
        ])
        let deployment = Deployment(settings, role: kind.name.rawValue)
        let postgres = try deployment.postgres()
        let queue = try deployment.queue()
        let environment = try deployment.agents(on: queue, postgres)
        let process = WorkerProcess(
            queueName: kind.name,
            actions: AgentCatalog.actions(for: kind.name, environment: environment),
            routes: kind.routes.map { route in
                ActionRoute(
                    isPost: route.isPost,
                    path: route.path,
                    action: route.action,
                    forms: route.forms.map { ActionRoute.Form(type: $0.type, format: $0.format) }
                )
            },
            isAgent: true,
            beside: try AgentCatalog.services(for: kind.name, environment: environment),
            port: kind.port,
            prepare: environment.prepare
        )
        try await process.run(deployment, on: queue, postgres)
    }
}
