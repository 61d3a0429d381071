import ArgumentParser
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// `concord escalations show`.
struct ShowEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an escalation: its result, the evidence it came from, and its history.",
        discussion: "Example: concord escalations show esc-1763820000001-op-20251020-143022-a1b2c3d4:E3"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument

    func run() async throws {
        try await Deployment(command: try options.settings()).withOperations { operations in
            let snapshot = try await escalation.read(operations.queue)
            let detail = try await EscalationDetail(snapshot, from: operations)
            try answer.output.show(detail) { try EscalationView(detail, snapshot).lines($0) }
        }
    }
}
