import ArgumentParser

/// `concord escalations`.
struct EscalationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "escalations",
        abstract: "Review what waits for a person.",
        discussion: """
            A decision is applied once: a second one, or one on a version that is not the current one, is refused with \
            code 1 and changes nothing. `concord review` shows one escalation after the other.

            Example: concord escalations list
            """,
        subcommands: [
            ListEscalationsCommand.self, ShowEscalationCommand.self, ClaimEscalationCommand.self,
            ReleaseEscalationCommand.self, AssignEscalationCommand.self, CommentEscalationCommand.self,
            ApproveEscalationCommand.self, RejectEscalationCommand.self, OverrideEscalationCommand.self,
            RetryEscalationCommand.self, UndoEscalationCommand.self, EscalationHistoryCommand.self,
            AuditCommand.self, CalibrationCommand.self,
        ]
    )
}
