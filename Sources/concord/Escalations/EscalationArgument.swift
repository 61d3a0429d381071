import ArgumentParser
import JobQueue

/// The escalation that a command is about.
struct EscalationArgument: ParsableArguments {
    @Argument(help: "The escalation's id, esc-….")
    var id: String

    /// Reads it.
    ///
    /// - Throws: ``CommandFailure`` when there is none of that id.
    func read(_ queue: JobQueue) async throws -> EscalationSnapshot { try await Self.read(id, queue) }

    /// Reads one.
    ///
    /// - Throws: ``CommandFailure`` when there is none of that id.
    static func read(_ id: String, _ queue: JobQueue) async throws -> EscalationSnapshot {
        guard let escalation = try await queue.escalation(id) else {
            throw CommandFailure(.failed, "there is no escalation \(id)", hint: "see `concord escalations list`")
        }
        return escalation
    }
}

/// The escalations that a command decides.
struct EscalationArguments: ParsableArguments {
    @Argument(help: "The escalations' ids, esc-…; each is decided for itself.")
    var ids: [String]
}

/// Who changes an escalation, and what they saw of it.
struct ReviewOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who decides (default: CONCORD_REVIEWER, or the user's name).", valueName: "name"))
    var reviewer: String?

    @Option(help: ArgumentHelp("The version that was looked at (default: the current one).", valueName: "number"))
    var seenVersion: Int?
}
