import ArgumentParser
import Gateway
import JobModel
import Orchestrator

/// `concord schedule delete`.
struct DeleteScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a schedule; the operations that it created go on.",
        discussion: "Example: concord schedule delete nightly"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument

    func run() async throws {
        let name = try schedule.scheduleName()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard try await Schedules(operations: operations).delete(name) else { throw schedule.unknown }
            try answer.output.show(["deleted": name]) { _ in ["\(name) is deleted"] }
        }
    }
}

extension ScheduleArgument {
    /// Pauses or resumes it.
    fileprivate func set(paused: Bool, _ settings: Settings, _ output: CommandOutput) async throws {
        let name = try scheduleName()
        try await Deployment(command: settings).withOperations { operations in
            guard let record = try await Schedules(operations: operations).setPaused(paused, name) else {
                throw unknown
            }
            let zone = record.definition.timing.zone
            try output.show(ScheduleReport(record)) { _ in
                let next = record.upcoming(1).first.map { "next \(Moment.text(milliseconds: $0, in: zone))" }
                return ["\(name) is \(record.isPaused ? "paused" : "on: \(next ?? "it never comes again")")"]
            }
        }
    }
}

/// `concord schedule pause`.
struct PauseScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep a schedule from firing; the times that pass meanwhile are dropped.",
        discussion: "Example: concord schedule pause nightly"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument

    func run() async throws { try await schedule.set(paused: true, try options.settings(), answer.output) }
}

/// `concord schedule resume`.
struct ResumeScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused schedule fire again, from its next time on.",
        discussion: "Example: concord schedule resume nightly"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument

    func run() async throws { try await schedule.set(paused: false, try options.settings(), answer.output) }
}

/// `concord schedule trigger`.
struct TriggerScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Create the schedule's operation now, also while it is paused or its last operation runs.",
        discussion: "Example: concord schedule trigger nightly"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var schedule: ScheduleArgument

    @Option(help: ArgumentHelp("The same key creates the same operation once.", valueName: "key"))
    var idempotencyKey: String?

    private struct Triggered: Encodable {
        let schedule: ScheduleName
        let operationId: JobID

        enum CodingKeys: String, CodingKey {
            case schedule
            case operationId = "operation_id"
        }
    }

    func run() async throws {
        let name = try schedule.scheduleName()
        try await Deployment(command: try options.settings()).withOperations { operations in
            let schedules = Schedules(operations: operations)
            guard let operation = try await schedules.trigger(name, idempotencyKey: idempotencyKey) else {
                throw schedule.unknown
            }
            try answer.output.show(Triggered(schedule: name, operationId: operation)) { _ in [operation.rawValue] }
        }
    }
}
