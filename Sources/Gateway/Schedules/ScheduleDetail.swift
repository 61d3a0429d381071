import JobModel
package import Orchestrator

/// A schedule with the times that come next and what became of those before.
package struct ScheduleDetail: Encodable {
    /// What became of a planned time.
    struct Fire: Encodable {
        let outcome: String
        @ExplicitNull var plannedAt: Timestamp?
        @ExplicitNull var missedSince: Timestamp?
        let at: Timestamp
        @ExplicitNull var operationID: JobID?

        enum CodingKeys: String, CodingKey {
            case outcome, at
            case plannedAt = "planned_at"
            case missedSince = "missed_since"
            case operationID = "operation_id"
        }

        init(_ fire: ScheduleFire) {
            outcome = fire.outcome.rawValue
            plannedAt = Timestamp(fire.plannedMilliseconds)
            missedSince = Timestamp(fire.missedSinceMilliseconds)
            at = Timestamp(fire.atMilliseconds)
            operationID = fire.operation
        }
    }

    private let report: ScheduleReport
    private let upcoming: [Timestamp]
    private let fires: [Fire]

    private enum CodingKeys: String, CodingKey {
        case fires
        case upcoming = "next_runs"
    }

    /// What the API says of a schedule's record, its next times, and its fires.
    package init(_ record: ScheduleRecord, upcoming count: Int, fires: [ScheduleFire]) {
        report = ScheduleReport(record)
        upcoming = record.upcoming(count).map { Timestamp($0) }
        self.fires = fires.map(Fire.init)
    }

    package func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(upcoming, forKey: .upcoming)
        try container.encode(fires, forKey: .fires)
    }
}
