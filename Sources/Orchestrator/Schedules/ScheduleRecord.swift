package import JobModel
import RedisClient

/// A schedule as it is recorded at one moment.
package struct ScheduleRecord: Sendable {
    /// A fire that has been decided and whose operation may not have been created yet.
    struct Firing: Sendable {
        var operation: JobID
        var plannedMilliseconds: Int
        var request: OperationRequest
    }

    package var name: ScheduleName
    /// Grows with every change; a writer that decides by what it read names the version.
    package var version: Int
    package var definition: ScheduleDefinition
    package var isPaused: Bool
    /// The next planned time, milliseconds since 1970; of no meaning while the schedule is paused.
    package var nextMilliseconds: Int?
    /// The operation that it created last, by itself or by hand.
    package var lastOperation: JobID?
    package var createdMilliseconds: Int
    package var updatedMilliseconds: Int
    var firing: Firing?

    static let fields = [
        "version", "cron", "zone", "catch-up", "overlap", "request", "created", "updated", "paused", "next",
        "last-operation", "firing", "firing-planned", "firing-request",
    ]

    /// Reads the fields; `nil` when there is no such schedule.
    init?(name: ScheduleName, reply: RedisReply) throws(OrchestratorError) {
        guard let version = reply[0].integer else { return nil }
        let malformed = OrchestratorError(
            .malformedRecord,
            "the record of schedule \(name) is not of the documented form, or its time zone is unknown here"
        )
        guard let cron = reply[1].string, let zone = reply[2].string,
            let timing = try? ScheduleTiming(cron: cron, timeZone: zone),
            let catchUp = reply[3].string.flatMap(CatchUp.init), let request = Self.request(reply[5]),
            let overlap = reply[4].string.flatMap(OverlapPolicy.init), let created = reply[6].integer,
            let updated = reply[7].integer
        else { throw malformed }
        self.name = name
        self.version = version
        definition = ScheduleDefinition(timing: timing, catchUp: catchUp, overlap: overlap, request: request)
        createdMilliseconds = created
        updatedMilliseconds = updated
        isPaused = !reply[8].isNull
        nextMilliseconds = reply[9].integer
        lastOperation = reply[10].string.map(JobID.init(trusted:))
        guard let operation = reply[11].string else { return }
        guard let planned = reply[12].integer, let pinned = Self.request(reply[13]) else { throw malformed }
        firing = Firing(operation: JobID(trusted: operation), plannedMilliseconds: planned, request: pinned)
    }

    private static func request(_ reply: RedisReply) -> OperationRequest? {
        reply.bytes.flatMap { try? JSONCoding.decode(OperationRequest.self, from: $0) }
    }

    /// The next planned times, as far as they are known now; none while it is paused.
    package func upcoming(_ count: Int) -> [Int] {
        guard !isPaused, let nextMilliseconds, count > 0 else { return [] }
        return [nextMilliseconds]
            + definition.timing.preview(afterMilliseconds: nextMilliseconds, count: count - 1)
    }
}
