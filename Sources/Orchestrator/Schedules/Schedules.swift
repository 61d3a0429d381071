package import JobModel
package import JobQueue
import RedisClient

/// The door to the schedules: put, read, list, delete, pause, trigger.
///
/// A schedule creates operations at planned times, once for each, whichever orchestrators live or die meanwhile; the
/// ``ScheduleService`` of every orchestrator process sees to that.
package struct Schedules: Sendable {
    /// Where the operations are created.
    package let operations: Operations

    private static let attempts = 50

    package init(operations: Operations) { self.operations = operations }

    var queue: JobQueue { operations.queue }

    /// All schedules live in this partition; the operations that they create live in any.
    var partition: PartitionClient { queue.partition(0) }

    /// Whether a put found a schedule of the name.
    package enum Change: String, Sendable {
        case created, updated, unchanged
    }

    /// Creates a schedule or gives it another definition; one that is paused stays paused.
    ///
    /// With the same cron expression and time zone it keeps its next planned time, also where that has passed and waits
    /// to be caught up; with others the next time is the first one from now.
    ///
    /// - Throws: ``JobQueueError`` `payloadTooLarge` for a request that no operation could hold.
    @discardableResult
    package func put(_ name: ScheduleName, _ definition: ScheduleDefinition) async throws -> Change {
        let request = String(decoding: try JSONCoding.encode(definition.request), as: UTF8.self)
        let limit = queue.configuration.maximumPayloadBytes - Self.metadataBytes
        guard request.utf8.count <= limit else {
            let message = "the request has \(request.utf8.count) bytes, the limit is \(limit)"
            throw JobQueueError(.payloadTooLarge, message, field: "operation.parameters")
        }
        let next = definition.timing.next(afterMilliseconds: try await due(limit: 0).now)
        let reply = try await partition.call(
            "put_schedule",
            [
                name.rawValue, definition.timing.cron.description, definition.timing.zoneName,
                definition.catchUp.rawValue, definition.overlap.rawValue, request, next.map(String.init) ?? "",
            ]
        )
        return reply[0].string.flatMap(Change.init) ?? .updated
    }

    /// A schedule; `nil` when there is none of that name.
    package func get(_ name: ScheduleName) async throws -> ScheduleRecord? {
        try ScheduleRecord(name: name, reply: try await partition.send(command(name)))
    }

    /// All schedules, in the order of their names.
    package func list() async throws -> [ScheduleRecord] {
        let members = try await partition.send(RedisCommand("SMEMBERS", "\(partition.base):schedules"))
        let names = members.elements.compactMap { $0.string.flatMap(ScheduleName.init) }
            .sorted { $0.rawValue < $1.rawValue }
        var records: [ScheduleRecord] = []
        for (name, reply) in zip(names, await partition.redis.pipeline(names.map(command))) {
            switch reply {
            case .success(let reply):
                if let record = try ScheduleRecord(name: name, reply: reply) { records.append(record) }
            case .failure(let error): throw JobQueueError(error)
            }
        }
        return records
    }

    private func command(_ name: ScheduleName) -> RedisCommand {
        RedisCommand(words: ["HMGET", "\(partition.base):schedule:\(name)"] + ScheduleRecord.fields)
    }

    /// What became of its planned times, newest first; the newest fifty are kept.
    package func fires(_ name: ScheduleName, limit: Int = 50) async throws(JobQueueError) -> [ScheduleFire] {
        guard limit > 0 else { return [] }
        let key = "\(partition.base):schedule:\(name):fires"
        let reply = try await partition.send(RedisCommand("LRANGE", key, "0", String(limit - 1)))
        return reply.elements.compactMap { $0.string.flatMap(ScheduleFire.init(line:)) }
    }

    /// Deletes a schedule and returns whether there was one; its operations are left alone.
    package func delete(_ name: ScheduleName) async throws(JobQueueError) -> Bool {
        try await partition.call("delete_schedule", [name.rawValue]).integer == 1
    }

    /// Pauses or resumes a schedule and returns its record; `nil` when there is none of that name.
    ///
    /// Times that pass meanwhile are dropped: after the pause, the next one fires.
    package func setPaused(_ paused: Bool, _ name: ScheduleName) async throws -> ScheduleRecord? {
        for _ in 0..<Self.attempts {
            guard let record = try await get(name) else { return nil }
            let now = try await due(limit: 0).now
            let next = record.definition.timing.next(afterMilliseconds: now).map(String.init) ?? ""
            let reply = try await partition.call(
                "pause_schedule",
                [name.rawValue, String(record.version), paused ? "1" : "0", next]
            )
            if reply[0].string != "conflict" { return try await get(name) }
        }
        throw OrchestratorError(.contention, "schedule \(name) keeps changing")
    }

    /// Creates an operation now, also while the schedule is paused or its last operation runs; `nil` when there is no
    /// schedule of that name.
    ///
    /// The same idempotency key answers the same operation.
    package func trigger(_ name: ScheduleName, idempotencyKey: String? = nil) async throws -> JobID? {
        guard let record = try await get(name) else { return nil }
        let request = Self.request(record.definition.request, of: name, plannedMilliseconds: nil)
        let operation = try await operations.create(request, idempotencyKey: idempotencyKey).id
        _ = try await partition.call("record_fire", [name.rawValue, "", operation.rawValue, "triggered"])
        return operation
    }

    /// The server's time, the next time at which a schedule is due, and those that are due now.
    func due(limit: Int) async throws(JobQueueError) -> (now: Int, next: Int?, names: [ScheduleName]) {
        let reply = try await partition.call("find_due_schedules", [String(limit)])
        guard let now = reply[0].integer, let next = reply[1].integer else {
            throw JobQueueError(.malformed, "find_due_schedules did not answer two numbers")
        }
        let names = reply.elements.dropFirst(2).compactMap { $0.string.flatMap(ScheduleName.init) }
        return (now, next < 0 ? nil : next, names)
    }
}
