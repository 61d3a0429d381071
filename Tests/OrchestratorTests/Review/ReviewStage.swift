import AsyncHTTPClient
import JobModel
import JobQueue
import Logging
import Orchestrator
import PostgresClient
import PrivateServers
import ServiceLifecycle

/// An action that is unsure of itself: its results wait for a person.
struct Doubt: Action {
    static let name = "doubt"
    static let resultSchema = JSONSchema.object([.required("rows", .integer(minimum: 0))])
    static let parameterSchema = JSONSchema.object([
        .optional("rows", .integer()), .optional("confidence", .number()), .optional("fail", .boolean()),
    ])

    struct Parameters: Decodable {
        var rows: Int?
        var confidence: Double?
        var fail: Bool?
    }

    struct Result: Encodable { var rows: Int }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        if parameters.fail == true { throw JobFailure("refused", "as asked") }
        return .completed(Result(rows: parameters.rows ?? 1), confidence: parameters.confidence ?? 0.5)
    }
}

/// A worker `desk` that doubts, and orchestrators with duties for the review.
struct ReviewStage: Sendable {
    let reviews: Reviews
    let postgres: PostgresClient?

    var queue: JobQueue { reviews.operations.queue }

    /// Runs a body on a Redis of its own.
    static func with(
        orchestrators: Int = 1,
        database: String? = nil,
        policy: ReviewPolicy = ReviewPolicy(standard: ReviewPolicy.Rules(dueAfter: nil)),
        webhooks: WebhookConfiguration? = nil,
        _ body: (ReviewStage) async throws -> Void
    ) async throws {
        let redis = try await PrivateRedis.start()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: redis.url, lease: .seconds(1)),
            logger: logger
        )
        let operations = Operations(
            queue: queue,
            templates: try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7),
            actions: ActionCatalog([:]),
            logger: logger
        )
        let postgres = try database.map {
            PostgresClient(configuration: try PostgresConfiguration(url: $0), logger: logger)
        }
        let audit = postgres.map { AuditLog(postgres: $0, namespace: "concord", logger: logger) }
        let reviews = Reviews(operations: operations, audit: audit, policy: policy)
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        var services: [any Service] = [
            Worker(configuration: WorkerConfiguration(queue: "desk"), actions: [Doubt()], on: queue, logger: logger)
        ]
        for _ in 0..<orchestrators {
            let duties = ReviewDuties(
                reviews: reviews,
                webhooks: webhooks.map { ($0, client) },
                interval: .milliseconds(50)
            )
            services.append(OrchestratorService(operations: operations, review: duties, logger: logger))
        }
        let group = ServiceGroup(services: services, logger: logger)
        let task = Task { try await group.run() }
        let result: Swift.Result<Void, any Error>
        do {
            try await body(ReviewStage(reviews: reviews, postgres: postgres))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
        await queue.close()
        await postgres?.close()
        try await client.shutdown()
        await redis.terminate()
        try result.get()
    }

    /// Enqueues doubtful jobs and waits for their escalations, oldest first.
    func escalations(_ count: Int, input: String = "{}") async throws -> [EscalationSnapshot] {
        let policy = JobPolicy(maximumAttempts: 1, onExhausted: .escalate)
        _ = try await queue.enqueue(
            (0..<count).map { _ in NewJob(queue: "desk", action: Doubt.name, input: Array(input.utf8), policy: policy) }
        )
        return try await until {
            let open = try await queue.openEscalations(); return open.count == count ? open : nil
        }
    }

    /// Looks until there is an answer; the suite's time limit ends a look that finds none.
    func until<Answer>(_ look: () async throws -> Answer?) async throws -> Answer {
        while true {
            if let answer = try await look() { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// What happened to an escalation, in order.
    func events(_ id: String) async throws -> [String] {
        try await queue.escalation(id)?.history.map(\.event) ?? []
    }
}
