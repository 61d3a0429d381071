import ArgumentParser
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// `concord schedule put`.
struct PutScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Create a schedule, or give it another definition.",
        discussion: """
            The operation is checked now: it must be possible to plan it. A schedule whose times stay the same keeps \
            the time that is due next; one that is paused stays paused.

            Example: concord schedule put nightly data_pipeline --cron '30 5 * * MON-FRI' \\
              --time-zone America/New_York --param counties=BROWARD --param year=2025
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument
    @OptionGroup var operation: RequestOptions
    @OptionGroup var timing: TimingOptions

    @Option(
        help: ArgumentHelp("What becomes of times at which no orchestrator ran.", valueName: "policy"),
        completion: .list(CatchUp.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var catchUp = CatchUp.latest

    @Option(
        help: ArgumentHelp("What becomes of a time while the last operation runs.", valueName: "policy"),
        completion: .list(OverlapPolicy.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var overlap = OverlapPolicy.skip

    func run() async throws {
        let name = try schedule.scheduleName()
        try await Deployment(command: try options.settings()).withOperations { operations in
            let document: JSONValue = [
                "cron": .string(timing.cron), "time_zone": .string(timing.timeZone),
                "catch_up": .string(catchUp.rawValue), "overlap": .string(overlap.rawValue),
                "operation": try operation.document(operations.templates),
            ]
            let definition = try ScheduleDefinition.read(document, templates: operations.templates)
            try await operations.queue.prepare()
            let schedules = Schedules(operations: operations)
            let change = try await schedules.put(name, definition)
            guard let record = try await schedules.get(name) else { throw schedule.unknown }
            let view = ScheduleView(record, fires: try await schedules.fires(name), count: 5)
            try answer.output.show(view.detail) { ["\(name): \(change.rawValue)"] + view.lines($0).dropFirst() }
        }
    }
}

/// When a schedule fires.
struct TimingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Minute, hour, day of month, month, day of week; or a macro such as @daily.",
            valueName: "expression"
        )
    )
    var cron: String

    @Option(help: ArgumentHelp("Whose clocks it follows, such as America/New_York.", valueName: "zone"))
    var timeZone = "UTC"
}
