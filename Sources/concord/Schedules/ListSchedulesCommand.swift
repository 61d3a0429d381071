import ArgumentParser
import Gateway
import JobModel
import Orchestrator

/// `concord schedule list`.
struct ListSchedulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the schedules with their next times.",
        discussion: "Example: concord schedule list --json"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    func run() async throws {
        try await Deployment(command: try options.settings()).withOperations { operations in
            let records = try await Schedules(operations: operations).list()
            try answer.output.show(["schedules": records.map { ScheduleReport($0) }]) { terminal in
                guard !records.isEmpty else { return ["no schedules"] }
                var table = TextTable(["SCHEDULE", "CRON", "ZONE", "OPERATION", "NEXT", "LAST"])
                for record in records {
                    let timing = record.definition.timing
                    let next = record.upcoming(1).first.map { Moment.text(milliseconds: $0, in: timing.zone) }
                    table.append([
                        record.name.rawValue, timing.cron.description, timing.zoneName,
                        record.definition.request.operationType, next ?? (record.isPaused ? "paused" : "never"),
                        record.lastOperation?.rawValue ?? "–",
                    ])
                }
                return table.lines(terminal)
            }
        }
    }
}
