import ArgumentParser
import Orchestrator

/// `concord schedule`.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Have operations created again and again, at the times of a cron expression.",
        discussion: """
            Example: concord schedule put nightly data_pipeline --cron '30 5 * * MON-FRI' \\
              --time-zone America/New_York --param counties=BROWARD --param year=2025
            """,
        subcommands: [
            PutScheduleCommand.self, ListSchedulesCommand.self, ShowScheduleCommand.self, DeleteScheduleCommand.self,
            PauseScheduleCommand.self, ResumeScheduleCommand.self, TriggerScheduleCommand.self,
            PreviewScheduleCommand.self,
        ]
    )
}

/// The schedule that a command is about.
struct ScheduleArgument: ParsableArguments {
    @Argument(help: "The schedule's name.")
    var name: String

    /// The name.
    ///
    /// - Throws: ``CommandFailure`` for a text that is none.
    func scheduleName() throws(CommandFailure) -> ScheduleName {
        guard let name = ScheduleName(rawValue: name) else {
            throw CommandFailure(.usage, "name: \(ScheduleName.rule)")
        }
        return name
    }

    /// What is said of a name that no schedule has.
    var unknown: CommandFailure {
        CommandFailure(.failed, "there is no schedule \(name)", hint: "see `concord schedule list`")
    }
}
