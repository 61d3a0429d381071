import ArgumentParser
import JobModel
import Orchestrator

/// The operation that a command is about.
struct OperationArgument: ParsableArguments {
    @Argument(help: "The operation's id, op-….")
    var id: String

    func jobID() throws(CommandFailure) -> JobID {
        guard let id = JobID(rawValue: id) else { throw CommandFailure(.usage, "'\(id)' is no id of an operation") }
        return id
    }

    /// What is said of an id that no operation has.
    var unknown: CommandFailure { CommandFailure(.failed, "there is no operation \(id)") }
}

/// `concord operation show`.
struct ShowOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an operation: its state, its steps and their results.",
        discussion: "Example: concord operation show op-20251020-143022-a1b2c3d4 --json"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard let report = try await operations.report(id) else { throw operation.unknown }
            try answer.output.show(report) { OperationView(report).lines($0) }
        }
    }
}

/// `concord operation watch`.
struct WatchOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Draw the steps of an operation as they run, until it has ended.",
        discussion: """
            On a terminal it goes on while a person is asked; elsewhere it then ends with code 4. With --json, one \
            document a change. The exit code says how the operation ended: 0 completed, 1 failed or cancelled.

            Example: concord operation watch op-20251020-143022-a1b2c3d4
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            let output = answer.output
            let follower = OperationFollower(
                operations: operations,
                output: output,
                isDrawn: true,
                staysForReview: output.terminal.isInteractive && !output.isJSON
            )
            let report = try await follower.follow(id)
            if output.isJSON { try output.show(report) { _ in [] } }
            throw report.exitStatus
        }
    }
}

/// `concord operation cancel`.
struct CancelOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End an operation: nothing more starts, what runs is told to stop.",
        discussion: """
            An operation that has ended is left as it is, and the exit code is 1 unless it was cancelled.

            Example: concord operation cancel op-20251020-143022-a1b2c3d4
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard let report = try await operations.cancel(id) else { throw operation.unknown }
            try answer.output.show(report) { OperationView(report).lines($0) }
            guard report.status == OperationState.cancelled.rawValue else {
                throw CommandFailure(.failed, "operation \(id) had ended as \(report.status)")
            }
        }
    }
}

/// `concord operation plan`.
struct PlanOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show the plan of an operation as a list, as JSON, or as a Mermaid diagram.",
        discussion: "Example: concord operation plan op-20251020-143022-a1b2c3d4 --mermaid"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    @Flag(help: "Print a Mermaid flow chart with the steps' states.")
    var mermaid = false

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard let record = try await operations.record(id) else { throw operation.unknown }
            guard let plan = record.plan else {
                throw CommandFailure(.failed, "operation \(id) is \(record.state.rawValue) and has no plan")
            }
            if mermaid {
                let steps = try await operations.report(id)?.result.results ?? []
                let states = Dictionary(steps.map { ($0.name, $0.status) }) { _, last in last }
                answer.output.terminal.write(lines: [plan.mermaid(states: states)])
            } else {
                try answer.output.show(plan) { try lines(plan, $0) }
            }
        }
    }

    private func lines(_ plan: Plan, _ terminal: Terminal) throws -> [String] {
        var table = TextTable(["STEP", "ACTION", "AFTER", "BRANCH", "PARAMETERS"])
        for step in plan.steps {
            table.append([
                step.name, "\(step.worker).\(step.action)", step.after.joined(separator: " "), step.branch,
                try step.parameters.encoded,
            ])
        }
        let checks = plan.checks.map {
            "checked at the end: \([$0.branch, $0.says].filter { !$0.isEmpty }.joined(separator: ": "))"
        }
        return ["plan of template \(plan.template), version \(plan.version)"] + table.lines(terminal) + checks
    }
}
