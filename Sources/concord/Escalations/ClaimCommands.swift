import ArgumentParser
import Gateway
import JobQueue

/// `concord escalations claim`.
struct ClaimEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim",
        abstract: "Take an escalation for a while, so that no other reviewer decides it.",
        discussion: "Example: concord escalations claim esc-… --lease 30m"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument
    @OptionGroup var review: ReviewOptions

    @Option(help: ArgumentHelp("For how long; then it is open again.", valueName: "time"))
    var lease = "15m"

    func validate() throws {
        guard let time = Duration(text: lease), time >= .seconds(1) else {
            throw ValidationError("--lease '\(lease)' must be a time from 1s up, such as 15m.")
        }
    }

    func run() async throws {
        let settings = try options.settings([.reviewer: review.reviewer])
        try await Deployment(command: settings).withQueue { queue in
            let snapshot = try await escalation.read(queue)
            _ = try await queue.claimEscalation(
                snapshot.id,
                version: review.seenVersion ?? snapshot.version,
                reviewer: settings.reviewer,
                lease: Duration(text: lease) ?? .seconds(900)
            )
            try answer.output.show(EscalationReport(try await escalation.read(queue))) { _ in
                ["\(snapshot.id) is held by \(settings.reviewer) for \(lease)"]
            }
        }
    }
}

/// `concord escalations release`.
struct ReleaseEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give an escalation back to the other reviewers.",
        discussion: "Example: concord escalations release esc-…"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument
    @OptionGroup var review: ReviewOptions

    func run() async throws {
        let settings = try options.settings([.reviewer: review.reviewer])
        try await Deployment(command: settings).withQueue { queue in
            let snapshot = try await escalation.read(queue)
            _ = try await queue.releaseEscalation(
                snapshot.id,
                version: review.seenVersion ?? snapshot.version,
                reviewer: settings.reviewer
            )
            try answer.output.show(EscalationReport(try await escalation.read(queue))) { _ in
                ["\(snapshot.id) is open to everyone"]
            }
        }
    }
}
