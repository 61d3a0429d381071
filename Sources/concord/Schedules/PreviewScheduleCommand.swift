import ArgumentParser
import Foundation
import JobModel
import Orchestrator

/// `concord schedule preview`.
struct PreviewScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show the next times of a cron expression, as the clocks of its zone show them and in UTC.",
        discussion: """
            Needs no Redis, and changes nothing.

            Example: concord schedule preview --cron '30 2 * * *' --time-zone America/New_York \\
              --from 2027-03-13T00:00:00Z --count 3
            """
    )

    @OptionGroup var answer: OutputOptions
    @OptionGroup var timing: TimingOptions

    @Option(help: ArgumentHelp("So many times, 1 to 1000.", valueName: "number"))
    var count = 5

    @Option(
        help: ArgumentHelp("Times after this moment, as in 2027-03-13T00:00:00Z (default: now).", valueName: "moment")
    )
    var from: String?

    func validate() throws {
        guard (1...1000).contains(count) else { throw ValidationError("--count must be from 1 to 1000.") }
        guard from == nil || start != nil else {
            throw ValidationError("--from must be a moment such as 2027-03-13T00:00:00Z.")
        }
    }

    private var start: Date? { from.flatMap { try? Date($0, strategy: .iso8601) } }

    private struct Preview: Encodable {
        let cron: String
        let timeZone: String
        let nextRuns: [Date]

        enum CodingKeys: String, CodingKey {
            case cron
            case timeZone = "time_zone"
            case nextRuns = "next_runs"
        }
    }

    func run() async throws {
        let timing = try ScheduleTiming(cron: timing.cron, timeZone: timing.timeZone)
        let milliseconds = Int((start ?? Date()).timeIntervalSince1970 * 1000)
        let times = timing.preview(afterMilliseconds: milliseconds, count: count)
        let dates = times.map { Date(timeIntervalSince1970: Double($0) / 1000) }
        let preview = Preview(cron: timing.cron.description, timeZone: timing.zoneName, nextRuns: dates)
        try answer.output.show(preview) { _ in
            zip(times, dates).map { time, date in
                "\(Moment.text(milliseconds: time, in: timing.zone))  \(date.formatted(.iso8601))"
            }
        }
    }
}
