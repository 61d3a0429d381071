import ArgumentParser
import Orchestrator

/// `concord schedule show`.
struct ShowScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a schedule: what it does, when it comes next, and what became of its last times.",
        discussion: "Example: concord schedule show nightly --count 10"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument

    @Option(help: ArgumentHelp("So many of the next times, 0 to 100.", valueName: "number"))
    var count = 5

    func validate() throws {
        guard (0...100).contains(count) else { throw ValidationError("--count must be from 0 to 100.") }
    }

    func run() async throws {
        let name = try schedule.scheduleName()
        try await Deployment(command: try options.settings()).withOperations { operations in
            let schedules = Schedules(operations: operations)
            guard let record = try await schedules.get(name) else { throw schedule.unknown }
            let view = ScheduleView(record, fires: try await schedules.fires(name), count: count)
            try answer.output.show(view.detail, view.lines)
        }
    }
}
