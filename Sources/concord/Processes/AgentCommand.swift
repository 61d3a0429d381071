import Agents
import ArgumentParser
import Gateway
import JobModel
import JobQueue
import PostgresClient
import ServiceLifecycle

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
        let actions = AgentCatalog.actions(for: kind.name, environment: environment)
        let worker = Worker(
            configuration: WorkerConfiguration(
                queue: kind.name,
                concurrency: settings.concurrency,
                gracePeriod: settings.gracePeriod
            ),
            actions: actions,
            on: queue,
            logger: deployment.logger
        )
        let server = try WorkerServer(
            kind: kind.name,
            actions: actions,
            routes: kind.routes.map { route in
                ActionRoute(
                    isPost: route.isPost,
                    path: route.path,
                    action: route.action,
                    forms: route.forms.map { ActionRoute.Form(type: $0.type, format: $0.format) }
                )
            },
            isAgent: true,
            status: { worker.status },
            configuration: settings.gateway(port: kind.port),
            logger: deployment.logger
        )
        // What runs beside the worker needs the tables as much as its jobs do.
        let beside = try AgentCatalog.services(for: kind.name, environment: environment).map { service in
            PreparedWorker(worker: service, prepare: environment.prepare, logger: deployment.logger)
        }
        let prepared = PreparedWorker(worker: worker, prepare: environment.prepare, logger: deployment.logger)
        let group = ServiceGroup.process(
            beside + [prepared, server],
            grace: settings.gracePeriod,
            logger: deployment.logger
        )
        let result: Result<Void, any Error>
        do {
            try await group.run()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await queue.close()
        await postgres?.close()
        try result.get()
    }
}
