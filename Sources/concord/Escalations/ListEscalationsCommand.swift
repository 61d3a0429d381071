import ArgumentParser
import Gateway
import JobModel
import JobQueue

/// `concord escalations list`.
struct ListEscalationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the escalations that wait for a decision, oldest first.",
        discussion: "Example: concord escalations list --reason low_confidence --state open"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    /// The states in which an escalation waits.
    enum WaitingState: String, CaseIterable, ExpressibleByArgument {
        case open, claimed
    }

    @Option(help: ArgumentHelp("Only those in this state.", valueName: "state"))
    var state: WaitingState?

    @Option(
        help: ArgumentHelp("Only those with this reason.", valueName: "reason"),
        completion: .list(ReviewReason.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var reason: ReviewReason?

    @Option(help: ArgumentHelp("Only those that this reviewer holds.", valueName: "name"))
    var assignee: String?

    @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
    var limit = 100

    private struct Page: Encodable {
        let escalations: [EscalationReport]
        let total: Int
    }

    func run() async throws {
        try await Deployment(command: try options.settings()).withQueue { queue in
            let found = try await queue.openEscalations(limit: 10_000).filter { escalation in
                (state == nil || escalation.state.rawValue == state?.rawValue)
                    && (reason == nil || escalation.reason == reason)
                    && (assignee == nil || escalation.assignee == assignee)
            }
            let page = found.prefix(max(0, limit))
            try answer.output.show(
                Page(escalations: page.map { EscalationReport($0) }, total: found.count)
            ) { terminal in
                guard !page.isEmpty else { return ["nothing waits for a person"] }
                var table = TextTable(
                    ["ESCALATION", "REASON", "ACTION", "CONFIDENCE", "AGE", "STATE"],
                    rightAligned: [3, 4]
                )
                for escalation in page {
                    table.append([
                        escalation.id, escalation.reason.rawValue, "\(escalation.queue).\(escalation.action)",
                        StateStyle.number(escalation.confidence),
                        Moment.age(sinceMilliseconds: escalation.openedMilliseconds),
                        escalation.assignee.map { "claimed by \($0)" } ?? escalation.state.rawValue,
                    ])
                }
                let more = found.count - page.count
                return table.lines(terminal) + (more > 0 ? ["and \(more) more: --limit \(found.count)"] : [])
            }
        }
    }
}
