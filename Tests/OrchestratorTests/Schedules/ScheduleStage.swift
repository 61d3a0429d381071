import Foundation
import JobModel
import JobQueue
import Logging
import PrivateServers
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

@testable import Orchestrator

/// Schedules on the suite's Redis, in a namespace of their own, whose clock stands still until a test turns it.
struct ScheduleStage: Sendable {
    let queue: JobQueue
    let schedules: Schedules

    var operations: Operations { schedules.operations }

    /// `server_time` as a key that only the test writes.
    static let clock = """
        local function server_time(base)
          return tonumber(redis.call('GET', string.match(base, '^{(.*):%d+}$') .. ':clock'))
        end
        """

    private static let template = """
        operation_type: play
        version: 1
        parameters:
          year: { type: integer, minimum: 2000, maximum: 2100, default: 2025 }
          text: { type: string, default: "" }
        steps:
          - { id: a, worker: stage, action: play, parameters: { year: $year, text: $text } }
        """

    private init(_ namespace: String, _ clock: String, partitions: Int, idempotencyLife: Duration) throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        queue = try JobQueue(
            configuration: JobQueueConfiguration(
                redisURL: try RedisServerTrait.server.url,
                namespace: namespace,
                partitions: partitions,
                lease: .seconds(1),
                idempotencyLife: idempotencyLife
            ),
            functions: FunctionLibrary(clock: clock),
            logger: logger
        )
        var templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        try templates.add(yaml: Self.template)
        schedules = Schedules(operations: Operations(queue: queue, templates: templates, logger: logger))
    }

    /// Lends a stage to a test.
    static func with(
        at now: String = "2026-03-01T00:00:30Z",
        partitions: Int = 1,
        idempotencyLife: Duration = .seconds(86_400),
        _ body: (ScheduleStage) async throws -> Void
    ) async throws {
        let namespace = "s-\(UInt64.random(in: 0..<(1 << 60)))"
        let stage = try ScheduleStage(namespace, clock, partitions: partitions, idempotencyLife: idempotencyLife)
        let result: Result<Void, any Error>
        do {
            try await stage.turn(to: now)
            try await body(stage)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await stage.queue.close()
        try result.get()
    }

    /// Another process of the same deployment: its own connection, the same clock.
    func another() throws -> ScheduleStage {
        try ScheduleStage(
            queue.configuration.namespace,
            Self.clock,
            partitions: queue.configuration.partitions,
            idempotencyLife: queue.configuration.idempotencyLife
        )
    }

    /// Milliseconds since 1970 of a moment such as `2026-03-01T00:00:00Z`.
    static func milliseconds(_ moment: String) throws -> Int {
        Int(try Date(moment, strategy: .iso8601).timeIntervalSince1970) * 1000
    }

    /// The moment of milliseconds since 1970.
    static func moment(_ milliseconds: Int?) -> String? {
        milliseconds.map { Date(timeIntervalSince1970: Double($0) / 1000).formatted(.iso8601) }
    }

    /// Turns the clock.
    func turn(to moment: String) async throws {
        let milliseconds = try Self.milliseconds(moment)
        let key = "\(queue.configuration.namespace):clock"
        _ = try await queue.partition(0).send(RedisCommand("SET", key, String(milliseconds)))
    }

    /// Puts a schedule of the `play` operation.
    @discardableResult
    func put(
        _ name: String,
        _ cron: String,
        zone: String = "UTC",
        catchUp: CatchUp = .latest,
        overlap: OverlapPolicy = .allow,
        parameters: JSONValue = [:]
    ) async throws -> Schedules.Change {
        let definition = ScheduleDefinition(
            timing: try ScheduleTiming(cron: cron, timeZone: zone),
            catchUp: catchUp,
            overlap: overlap,
            request: OperationRequest(operationType: "play", parameters: parameters, metadata: ["user_id": "7"])
        )
        return try await schedules.put(try Self.name(name), definition)
    }

    static func name(_ text: String) throws -> ScheduleName { try #require(ScheduleName(rawValue: text)) }

    /// Fires what is due, as the service does, until nothing is; returns how many looks made or dropped something.
    @discardableResult
    func fireAll() async throws -> Int {
        var count = 0
        while true {
            let due = try await schedules.due(limit: 100)
            var progress = 0
            for name in due.names {
                switch try await schedules.fire(name, nowMilliseconds: due.now) {
                case .created, .dropped: progress += 1
                case .waiting, .nothing: continue
                }
            }
            if progress == 0 { return count }
            count += progress
        }
    }

    /// The fires of a schedule, oldest first, as `outcome planned`.
    func fires(_ name: String) async throws -> [String] {
        try await schedules.fires(try Self.name(name)).reversed().map {
            "\($0.outcome.rawValue) \(Self.moment($0.plannedMilliseconds) ?? "-")"
        }
    }

    /// The planned times of all operations that exist, sorted.
    func operationTimes() async throws -> [String] {
        try await operations.list(limit: 200).operations.map { $0.metadata?["planned_at"]?.string ?? "-" }.sorted()
    }

    /// The planned time that comes next.
    func next(_ name: String) async throws -> String? {
        Self.moment(try await schedules.get(try Self.name(name))?.upcoming(1).first)
    }
}
