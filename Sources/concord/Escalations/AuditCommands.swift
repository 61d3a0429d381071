import ArgumentParser
import Foundation
import JobModel
import JobQueue
import Orchestrator

/// `concord escalations history`.
struct EscalationHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show everything that happened to an escalation.",
        discussion: """
            From the audit log where PostgreSQL is configured, else what the escalation's record still says.

            Example: concord escalations history esc-…
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalation: EscalationArgument

    private struct Recorded: Encodable {
        let source = "record"
        let history: [EscalationSnapshot.Entry]
    }

    private struct Logged: Encodable {
        let source = "audit_log"
        let history: [AuditEntry]
    }

    func run() async throws {
        try await Deployment(command: try options.settings()).withReviews { reviews in
            if reviews.audit != nil {
                let history = try await reviews.history(of: escalation.id)
                guard !history.isEmpty else { throw try await missing(reviews) }
                try answer.output.show(Logged(history: history)) { AuditView(history).lines($0) }
            } else {
                let history = try await escalation.read(reviews.operations.queue).history
                try answer.output.show(Recorded(history: history)) { terminal in
                    history.map { entry in
                        let by = entry.by.isEmpty ? "" : " by \(entry.by)"
                        let event = StateStyle.styled(entry.event, terminal)
                        return
                            "\(Moment.text(milliseconds: entry.atMilliseconds))  version \(entry.version)  \(event)\(by)"
                    }
                }
            }
        }
    }

    /// An escalation that the log does not have yet is told from one that never was.
    private func missing(_ reviews: Reviews) async throws -> CommandFailure {
        _ = try await escalation.read(reviews.operations.queue)
        return CommandFailure(
            .failed,
            "the audit log has nothing of \(escalation.id) yet",
            hint: "an orchestrator with DATABASE_URL writes it"
        )
    }
}

/// `concord escalations audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read the audit log of the reviews, newest first.",
        discussion: """
            The log is a table of PostgreSQL, and only grows; code 1 where none is configured.

            Example: concord escalations audit --by ada --since 7d
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("Only changes by this reviewer.", valueName: "name"))
    var by: String?

    @Option(help: ArgumentHelp("Only this event, such as approved or claimed.", valueName: "event"))
    var event: String?

    @Option(help: ArgumentHelp("Only changes of this operation's escalations.", valueName: "id"))
    var operation: String?

    @Option(help: ArgumentHelp("Only changes of the last so long, such as 7d.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 1000.", valueName: "number"))
    var limit = 100

    @Option(help: ArgumentHelp("Go on where the page before ended: what it gave as next.", valueName: "number"))
    var cursor: Int?

    private struct Page: Encodable {
        let entries: [AuditEntry]
        let next: Int?
    }

    func validate() throws {
        try SinceOption.check(since)
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        try await Deployment(command: try options.settings()).withReviews { reviews in
            let (entries, next) = try await reviews.audit(
                AuditFilter(
                    operation: operation,
                    by: by,
                    event: event,
                    sinceMilliseconds: SinceOption.milliseconds(since),
                    limit: limit,
                    cursor: cursor
                )
            )
            try answer.output.show(Page(entries: entries, next: next)) { terminal in
                guard !entries.isEmpty else { return ["the audit log has nothing of that kind"] }
                return AuditView(entries).lines(terminal, withEscalation: true)
                    + (next.map { ["more: --cursor \($0)"] } ?? [])
            }
        }
    }
}

/// The option `--since`, a span of time before now.
enum SinceOption {
    static func check(_ text: String?) throws {
        guard let text, Duration(text: text) == nil else { return }
        throw ValidationError("--since '\(text)' must be a time such as 12h or 7d.")
    }

    static func milliseconds(_ text: String?) -> Int? {
        text.flatMap { Duration(text: $0) }.map { span in
            Int(Date().timeIntervalSince1970 * 1000) - Int(span / .milliseconds(1))
        }
    }
}

/// Entries of the audit log, one a line.
struct AuditView {
    private let entries: [AuditEntry]

    init(_ entries: [AuditEntry]) { self.entries = entries }

    /// The lines; with the escalation in each where they are of several.
    func lines(_ terminal: Terminal, withEscalation: Bool = false) -> [String] {
        entries.map { entry in
            var line = "\(entry.at)  \(withEscalation ? entry.escalationID + "  " : "")version \(entry.version)  "
            line += StateStyle.styled(entry.event, terminal)
            if !entry.by.isEmpty { line += " by \(entry.by)" }
            if case .object(let members) = entry.detail, !members.isEmpty {
                let text = (try? JSONValue.object(members).encoded) ?? ""
                line += "  \(terminal.styled(text, .dim))"
            }
            return line
        }
    }
}
