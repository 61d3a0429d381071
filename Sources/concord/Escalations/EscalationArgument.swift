import ArgumentParser
import JobQueue

/// The escalation that a command is about.
struct EscalationArgument: ParsableArguments {
    @Argument(help: "The escalation's id, esc-….")
    var id: String

    /// Reads it.
    ///
    /// - Throws: ``CommandFailure`` when there is none of that id.
    func read(_ queue: JobQueue) async throws -> EscalationSnapshot {
        guard let escalation = try await queue.escalation(id) else {
            throw CommandFailure(.failed, "there is no escalation \(id)", hint: "see `concord escalations list`")
        }
        return escalation
    }
}

/// Who changes an escalation, and what they saw of it.
struct ReviewOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who decides (default: CONCORD_REVIEWER, or the user's name).", valueName: "name"))
    var reviewer: String?

    @Option(help: ArgumentHelp("The version that was looked at (default: the current one).", valueName: "number"))
    var seenVersion: Int?
}
