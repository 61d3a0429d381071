import Agents
import Foundation
import JobQueue
import LanguageModel
import Logging
import Orchestrator
import PostgresClient
import RedisClient
import Telemetry
import Workers

/// The composition root: makes the parts of a process from its settings.
struct Deployment: Sendable {
    let settings: Settings
    let logger: Logger

    /// A deployment whose log says which role the process has.
    init(_ settings: Settings, role: String) {
        self.settings = settings
        logger = Logger(label: role, level: settings.logLevel, format: settings.logFormat)
    }

    /// The deployment of a command that answers and ends: its log shows only what went wrong.
    init(command settings: Settings) {
        self.settings = settings
        logger = Logger(label: "concord", level: max(settings.logLevel, .error), format: settings.logFormat)
    }

    /// The door to the queue.
    func queue() throws -> JobQueue {
        try JobQueue(
            configuration: JobQueueConfiguration(
                redisURL: settings.redisURL,
                namespace: settings.namespace,
                partitions: settings.partitions,
                lease: settings.lease,
                maximumPayloadBytes: settings.maximumPayloadBytes
            ),
            logger: logger
        )
    }

    /// The client of the property database; `nil` where none is configured.
    func postgres() throws -> PostgresClient? {
        guard !settings.databaseURL.isEmpty else { return nil }
        var configuration = try PostgresConfiguration(url: settings.databaseURL)
        // Each running job needs one session for its copy and one for what it looks up meanwhile.
        configuration.maximumConnections = 2 * settings.concurrency
        return PostgresClient(configuration: configuration, logger: logger)
    }

    /// The language model and who counts its tokens; `nil` where none is configured.
    ///
    /// Reading a tokenizer's ranks takes a moment: only a process that asks the model needs it.
    func languageModel() throws -> OperationModel? {
        guard !settings.modelKey.isEmpty || !settings.modelBaseURL.isEmpty else { return nil }
        let configuration = LanguageModelConfiguration(
            baseURL: settings.modelBaseURL.isEmpty ? Self.openAI : settings.modelBaseURL,
            apiKey: settings.modelKey,
            model: settings.modelName,
            tokenizerRanks: settings.tokenizerRanks,
            operationBudget: settings.tokenBudget
        )
        return OperationModel(
            client: try LanguageModelClient(configuration: configuration, logger: logger),
            counter: try TokenCounter(ranks: configuration.tokenizerRanks)
        )
    }

    private static let openAI = "https://api.openai.com/v1"

    /// The door to the operations.
    func operations(on queue: JobQueue, model: OperationModel? = nil) throws -> Operations {
        Operations(
            queue: queue,
            templates: try templates(),
            actions: ActionCatalog(WorkerCatalog.described.merging(AgentCatalog.described) { worker, _ in worker }),
            model: model,
            verificationLimit: settings.verificationLimit,
            logger: logger
        )
    }

    /// The door to the reviews, with the audit log where PostgreSQL is configured.
    func reviews(on operations: Operations, _ postgres: PostgresClient?) -> Reviews {
        Reviews(
            operations: operations,
            audit: postgres.map { AuditLog(postgres: $0, namespace: settings.namespace, logger: logger) },
            policy: settings.reviewPolicy
        )
    }

    /// Lends the reviews to a command.
    func withReviews<Answer: Sendable>(_ body: (Reviews) async throws -> Answer) async throws -> Answer {
        try await withOperations { operations in
            let postgres = try postgres()
            do {
                let answer = try await body(reviews(on: operations, postgres))
                await postgres?.close()
                return answer
            } catch {
                await postgres?.close()
                throw error
            }
        }
    }

    /// The built-in plan templates and the deployment's own.
    ///
    /// - Throws: ``SettingsError`` that names the folder or file that cannot be read, or is no template.
    func templates() throws -> PlanTemplates {
        var templates = try PlanTemplates(
            types: PropertyParameters.types,
            threshold: settings.confidenceThreshold,
            auditRate: settings.auditRate
        )
        guard !settings.templates.isEmpty else { return templates }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: settings.templates).sorted()
        } catch {
            throw SettingsError(.invalidValue, SettingKey.templates.name, "\(settings.templates) cannot be read")
        }
        for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            guard let data = FileManager.default.contents(atPath: "\(settings.templates)/\(name)") else {
                throw SettingsError(.invalidValue, SettingKey.templates.name, "\(name) cannot be read")
            }
            do {
                try templates.add(yaml: String(decoding: data, as: UTF8.self))
            } catch {
                throw SettingsError(.invalidValue, SettingKey.templates.name, "\(name): \(error.message)")
            }
        }
        return templates
    }

    /// Lends the queue to a command.
    ///
    /// - Throws: what the body throws; ``JobQueueError`` `partitionMismatch` where the namespace is cut otherwise than the
    ///   settings say, since ids would be looked up where they are not.
    func withQueue<Answer: Sendable>(_ body: (JobQueue) async throws -> Answer) async throws -> Answer {
        let queue = try queue()
        do {
            try await checkPartitions(of: queue)
            let answer = try await body(queue)
            await queue.close()
            return answer
        } catch {
            await queue.close()
            throw error
        }
    }

    /// Lends the operations to a command.
    func withOperations<Answer: Sendable>(_ body: (Operations) async throws -> Answer) async throws -> Answer {
        try await withQueue { queue in try await body(operations(on: queue)) }
    }

    /// Only looks: a command that inspects must not fix the number of partitions of a namespace that is not in use yet.
    private func checkPartitions(of queue: JobQueue) async throws {
        guard let recorded = try await Self.recordedPartitions(of: queue), recorded != settings.partitions else {
            return
        }
        throw JobQueueError(
            .partitionMismatch,
            "the namespace \(settings.namespace) has \(recorded) partitions on record, not \(settings.partitions)",
            field: SettingKey.partitions.name
        )
    }

    /// The number of partitions on record; `nil` for a namespace that no process has worked in.
    static func recordedPartitions(of queue: JobQueue) async throws(JobQueueError) -> Int? {
        let key = "\(queue.configuration.namespace):partitions"
        return try await queue.partition(0).send(RedisCommand("GET", key)).integer
    }
}
