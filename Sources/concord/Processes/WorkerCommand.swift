import ArgumentParser
import JobModel
import JobQueue
import Workers

/// `concord worker`.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run one worker process of a kind.",
        discussion: """
            Kinds: \(kindNames).

            Any number of processes of a kind share its queue. It waits for Redis and PostgreSQL where they are not there \
            yet, and ends in good order on SIGTERM or Ctrl-C: running jobs finish or are handed back.

            Example: concord worker florida_data --port 0 --concurrency 4
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The worker kind.", completion: .list(WorkerCatalog.kinds.map(\.name.rawValue)))
    var kind: String

    @Option(help: ArgumentHelp("HTTP port, 0 for a free one (default: the port of the kind).", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("Loopback address to listen on.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("Jobs run at once.", valueName: "number"))
    var concurrency: Int?

    private static let kindNames = WorkerCatalog.kinds.map(\.name.rawValue).joined(separator: ", ")

    func validate() throws {
        guard QueueName(rawValue: kind).flatMap(WorkerCatalog.kind) != nil else {
            throw ValidationError("'\(kind)' is no worker kind; known are \(Self.kindNames).")
        }
    }

    func run() async throws {
        guard let kind = QueueName(rawValue: kind).flatMap(WorkerCatalog.kind) else {
            throw CommandFailure(.usage, "\(kind) is no worker kind; known are \(Self.kindNames)")
        }
        let settings = try options.settings([
            .port: port.map(String.init), .host: host, .concurrency: concurrency.map(String.init),
        ])
        let deployment = Deployment(settings, role: kind.name.rawValue)
        let postgres = try deployment.postgres()
        let queue = try deployment.queue()
        var environment = WorkerEnvironment(
            postgres: postgres,
            workFolder: settings.workFolder,
            floridaSource: settings.floridaSource,
            sunbizSource: settings.sunbizSource,
            queue: queue,
            apiURL: settings.apiURL,
            sftp: settings.sftp,
            logger: deployment.logger
        )
        // Reading a tokenizer takes a moment, and only questions are asked of the model.
        if kind.name == "ai_ml", let model = try deployment.languageModel() {
            environment.questionModel = QuestionModel(model, budget: settings.tokenBudget)
        }
        let process = WorkerProcess(
            queueName: kind.name,
            actions: WorkerCatalog.actions(for: kind.name, environment: environment),
            port: kind.port,
            prepare: environment.prepare
        )
        try await process.run(deployment, on: queue, postgres)
    }
}
