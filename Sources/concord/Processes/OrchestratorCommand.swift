import ArgumentParser
import AsyncHTTPClient
import Gateway
import JobQueue
import Orchestrator
import PostgresClient
import ServiceLifecycle

/// `concord orchestrator`.
struct OrchestratorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestrator",
        abstract: "Run an orchestrator: plans operations, concludes them, and serves the HTTP API.",
        discussion: """
            Any number of orchestrators share the work. It waits for Redis where it is not there yet, and ends in good \
            order on SIGTERM or Ctrl-C.

            Example: concord orchestrator --port 8000 --redis-url redis://redis.internal:6379
            """
    )

    /// The port that existing clients of the system know.
    static let rolePort = 8000

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("HTTP port, 0 for a free one (default 8000).", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("Loopback address to listen on.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("Operations planned and concluded at once.", valueName: "number"))
    var concurrency: Int?

    func run() async throws {
        let settings = try options.settings([
            .port: port.map(String.init), .host: host, .concurrency: concurrency.map(String.init),
        ])
        let webhooks = try settings.webhooks()
        let deployment = Deployment(settings, role: "orchestrator")
        let queue = try deployment.queue()
        let operations = try deployment.operations(on: queue, model: deployment.languageModel())
        let postgres = try deployment.postgres()
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.webhookClient)
        let reviews = deployment.reviews(on: operations, postgres)
        let events = EventHub(queue: queue, logger: deployment.logger)
        let orchestrator = OrchestratorService(
            operations: operations,
            concurrency: settings.concurrency,
            review: ReviewDuties(reviews: reviews, webhooks: webhooks.map { ($0, client) }),
            logger: deployment.logger
        )
        let server = try OrchestratorServer(
            operations: operations,
            events: events,
            status: { orchestrator.status },
            features: DeploymentFeatures(confidenceThreshold: settings.confidenceThreshold),
            configuration: settings.gateway(port: Self.rolePort),
            logger: deployment.logger
        )
        // In this order, so that at the end the server stops first, and calls that wait are answered.
        let group = ServiceGroup.process(
            [events, orchestrator, server],
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
        try await client.shutdown()
        try result.get()
    }

    /// A receiver that answers with another address gets nothing sent there: the signature was made for this one.
    private static var webhookClient: HTTPClient.Configuration {
        HTTPClient.Configuration(redirectConfiguration: .disallow)
    }
}

extension Settings {
    /// How the HTTP server of this process listens, on the port of its role where none is set.
    func gateway(port rolePort: Int) -> GatewayConfiguration {
        GatewayConfiguration(
            host: host,
            port: port ?? rolePort,
            maximumBodyBytes: GatewayConfiguration.maximumBodyBytes(payload: maximumPayloadBytes)
        )
    }
}
