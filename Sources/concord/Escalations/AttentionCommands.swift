import ArgumentParser
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// `concord escalations assign`.
struct AssignEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Say who should decide an escalation; others still can.",
        discussion: "Example: concord escalations assign esc-… --to ada"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument
    @OptionGroup var review: ReviewOptions

    @Option(help: ArgumentHelp("Who should decide it.", valueName: "name"))
    var to: String?

    @Flag(help: "Nobody in particular should.")
    var nobody = false

    func validate() throws {
        guard (to == nil) == nobody else { throw ValidationError("Say who with --to, or --nobody.") }
    }

    func run() async throws {
        let settings = try options.settings([.reviewer: review.reviewer])
        try await Deployment(command: settings).withQueue { queue in
            let snapshot = try await escalation.read(queue)
            _ = try await queue.assignEscalation(
                snapshot.id,
                version: review.seenVersion ?? snapshot.version,
                to: to,
                by: settings.reviewer
            )
            try answer.output.show(EscalationReport(try await escalation.read(queue))) { _ in
                [to.map { "\(snapshot.id) is for \($0) to decide" } ?? "\(snapshot.id) is for anyone to decide"]
            }
        }
    }
}

/// `concord escalations comment`.
struct CommentEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Write a remark on an escalation, for whoever decides it.",
        discussion: "Example: concord escalations comment esc-… 'the county has published a correction'"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument

    @Argument(help: "The remark.")
    var text: String

    @Option(help: ArgumentHelp("Who writes (default: CONCORD_REVIEWER, or the user's name).", valueName: "name"))
    var reviewer: String?

    func run() async throws {
        let settings = try options.settings([.reviewer: reviewer])
        try await Deployment(command: settings).withQueue { queue in
            _ = try await queue.commentEscalation(escalation.id, by: settings.reviewer, text: text)
            try answer.output.show(EscalationReport(try await escalation.read(queue))) { _ in
                ["noted on \(escalation.id)"]
            }
        }
    }
}

/// `concord escalations undo`.
struct UndoEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take a decision back, as long as no step that depends on it has started.",
        discussion: """
            The escalation is open again. Code 1 when it is too late; the message says which step has started.

            Example: concord escalations undo esc-…
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument
    @OptionGroup var review: ReviewOptions

    func run() async throws {
        let settings = try options.settings([.reviewer: review.reviewer])
        try await Deployment(command: settings).withQueue { queue in
            let snapshot = try await escalation.read(queue)
            let undone = try await queue.undoDecision(
                snapshot.id,
                version: review.seenVersion ?? snapshot.version,
                by: settings.reviewer
            )
            try answer.output.show(EscalationReport(try await escalation.read(queue))) { _ in
                ["\(snapshot.id) is open again; job \(snapshot.job) is \(undone.state.rawValue)"]
            }
        }
    }
}
