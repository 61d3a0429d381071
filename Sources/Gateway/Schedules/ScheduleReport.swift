import JobModel
package import Orchestrator

/// What the API answers about a schedule.
package struct ScheduleReport: Encodable {
    let name: ScheduleName
    let version: Int
    let cron: String
    let timeZone: String
    let catchUp: CatchUp
    let overlap: OverlapPolicy
    let operation: OperationRequest
    let paused: Bool
    /// The next planned time; null while the schedule is paused.
    @ExplicitNull var nextRunAt: Timestamp?
    @ExplicitNull var lastOperationID: JobID?
    let createdAt: Timestamp
    let updatedAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case name, version, cron, overlap, operation, paused
        case timeZone = "time_zone"
        case catchUp = "catch_up"
        case nextRunAt = "next_run_at"
        case lastOperationID = "last_operation_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// What the API says of a schedule's record.
    package init(_ record: ScheduleRecord) {
        name = record.name
        version = record.version
        cron = record.definition.timing.cron.description
        timeZone = record.definition.timing.zoneName
        catchUp = record.definition.catchUp
        overlap = record.definition.overlap
        operation = record.definition.request
        paused = record.isPaused
        nextRunAt = Timestamp(record.upcoming(1).first)
        lastOperationID = record.lastOperation
        createdAt = Timestamp(record.createdMilliseconds)
        updatedAt = Timestamp(record.updatedMilliseconds)
    }
}
