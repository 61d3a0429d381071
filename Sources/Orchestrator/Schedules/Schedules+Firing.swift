import Foundation
import JobModel
import JobQueue
import Logging
import RedisClient

extension Schedules {
    /// What a look at a due schedule came to.
    enum Look: Hashable, Sendable {
        /// An operation was created, or found to have been.
        case created(JobID)
        /// A planned time was dropped.
        case dropped
        /// It waits for the end of its last operation.
        case waiting
        /// It is not due any more, or another orchestrator is at it.
        case nothing
    }

    /// How much a request grows by what ``request(_:of:plannedMilliseconds:)`` adds to its metadata.
    static let metadataBytes = 200
    /// How soon a schedule that waits for its last operation is looked at again, in milliseconds.
    private static let patience = 1000

    /// Deals with one planned time of a schedule that is due; safe to do at once in any number of processes.
    ///
    /// First the decision is recorded, with the id that the operation is to have, then the operation is submitted, then
    /// the fire is recorded as done. Whoever finds the decision without its end submits the same id again.
    func fire(_ name: ScheduleName, nowMilliseconds now: Int) async throws -> Look {
        guard let record = try await get(name) else { return .nothing }
        if let firing = record.firing { return try await finish(firing, of: name) }
        guard !record.isPaused, let next = record.nextMilliseconds,
            let step = record.definition.catchUp.step(of: record.definition.timing, next: next, now: now)
        else { return .nothing }
        guard step.fires else {
            return try await decide("missed", step, of: record) ? .dropped : .nothing
        }
        if record.definition.overlap != .allow, let last = record.lastOperation, try await isRunning(last) {
            if record.definition.overlap == .wait {
                return try await decide("wait", step, of: record, lookAgain: Self.patience) ? .waiting : .nothing
            }
            return try await decide("skipped", step, of: record, operation: last) ? .dropped : .nothing
        }
        let firing = ScheduleRecord.Firing(
            operation: queue.ids.operation(key: Self.key(name, step.planned)),
            plannedMilliseconds: step.planned,
            request: record.definition.request
        )
        let takeover = queue.configuration.lease.wholeMilliseconds
        let isOurs = try await decide("create", step, of: record, operation: firing.operation, lookAgain: takeover)
        return isOurs ? try await finish(firing, of: name) : .nothing
    }

    /// Submits the operation that was decided on, and ends the fire.
    private func finish(_ firing: ScheduleRecord.Firing, of name: ScheduleName) async throws -> Look {
        let planned = firing.plannedMilliseconds
        var operation = firing.operation
        var outcome = ScheduleFire.Outcome.created
        do throws(JobQueueError) {
            // The key outlives a failover of Redis that forgets the pin; the pinned id outlives the key.
            operation = try await operations.create(
                Self.request(firing.request, of: name, plannedMilliseconds: planned),
                idempotencyKey: Self.key(name, planned),
                id: firing.operation
            ).id
        } catch {
            guard error.code == .invalidJob || error.code == .payloadTooLarge else { throw error }
            operations.logger.error(
                "a schedule's operation cannot be created",
                metadata: ["schedule": "\(name)", "error": "\(error)"]
            )
            outcome = .failed
        }
        let arguments = [name.rawValue, firing.operation.rawValue, operation.rawValue, outcome.rawValue]
        let reply = try await partition.call("record_fire", arguments)
        guard outcome == .created else { return .dropped }
        if reply[0].string == "recorded" {
            operations.logger.info(
                "schedule fired",
                metadata: ["schedule": "\(name)", "operation.id": "\(operation)", "planned": "\(planned)"]
            )
        }
        return .created(operation)
    }

    /// Records a decision on the version that it was made by; `false` when something has changed since.
    private func decide(
        _ verb: String,
        _ step: CatchUp.Step,
        of record: ScheduleRecord,
        operation: JobID? = nil,
        lookAgain milliseconds: Int = 0
    ) async throws(JobQueueError) -> Bool {
        let reply = try await partition.call(
            "fire_schedule",
            [
                record.name.rawValue, String(record.version), verb, String(step.planned),
                step.next.map(String.init) ?? "", operation?.rawValue ?? "", String(milliseconds),
            ]
        )
        return reply[0].string == "applied"
    }

    /// An operation whose record is gone has ended long ago.
    private func isRunning(_ operation: JobID) async throws -> Bool {
        try await operations.record(operation).map { !$0.state.isTerminal } ?? false
    }

    /// The idempotency key of the operation of a planned time.
    private static func key(_ name: ScheduleName, _ planned: Int) -> String { "schedule/\(name)/\(planned)" }

    /// The request with metadata that says where it comes from.
    static func request(
        _ request: OperationRequest,
        of name: ScheduleName,
        plannedMilliseconds: Int?
    ) -> OperationRequest {
        var metadata: [String: JSONValue] = [:]
        if case .object(let members) = request.metadata { metadata = members }
        metadata["schedule"] = .string(name.rawValue)
        if let plannedMilliseconds {
            let date = Date(timeIntervalSince1970: Double(plannedMilliseconds) / 1000)
            metadata["planned_at"] = .string(date.formatted(.iso8601))
        }
        var request = request
        request.metadata = .object(metadata)
        return request
    }
}
