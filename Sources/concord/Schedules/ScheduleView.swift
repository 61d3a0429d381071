import Foundation
import Gateway
import JobModel
import Orchestrator

/// A schedule as a person reads it.
struct ScheduleView {
    private let record: ScheduleRecord
    private let fires: [ScheduleFire]
    private let upcoming: [Int]
    /// The same for machines.
    let detail: ScheduleDetail

    /// A view of a schedule with so many of its next times.
    init(_ record: ScheduleRecord, fires: [ScheduleFire], count: Int) {
        self.record = record
        self.fires = fires
        upcoming = record.upcoming(count)
        detail = ScheduleDetail(record, upcoming: count, fires: fires)
    }

    private var zone: TimeZone { record.definition.timing.zone }

    /// The lines.
    func lines(_ terminal: Terminal) -> [String] {
        let state = record.isPaused ? "paused" : "on"
        let timing = record.definition.timing
        let head = [
            "\(terminal.styled(record.name.rawValue, .bold))  \(StateStyle.styled(state, terminal))",
            "  cron       \(timing.cron)  (\(timing.zoneName))",
            "  catch-up   \(record.definition.catchUp.rawValue)",
            "  overlap    \(record.definition.overlap.rawValue)",
            "  operation  \(record.definition.request.operationType)",
        ]
        let parameters = JSONView(record.definition.request.parameters).lines.map { "    " + $0 }
        return head + parameters + next(terminal) + history(terminal)
    }

    private func next(_ terminal: Terminal) -> [String] {
        guard !record.isPaused else { return ["  paused: fires again after `concord schedule resume \(record.name)`"] }
        return [terminal.styled("next", .bold)]
            + upcoming.map { "  \(Moment.text(milliseconds: $0, in: zone))" }
    }

    private func history(_ terminal: Terminal) -> [String] {
        guard !fires.isEmpty else { return [] }
        var table = TextTable(["PLANNED", "OUTCOME", "OPERATION", "MISSED SINCE"])
        for fire in fires {
            table.append([
                Moment.text(milliseconds: fire.plannedMilliseconds ?? fire.atMilliseconds, in: zone),
                fire.outcome.rawValue, fire.operation?.rawValue ?? "–",
                fire.missedSinceMilliseconds.map { Moment.text(milliseconds: $0, in: zone) } ?? "",
            ])
        }
        return [terminal.styled("fires", .bold)] + table.lines(terminal).map { "  " + $0 }
    }
}
