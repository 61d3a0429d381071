import ArgumentParser
import Gateway
import JobModel
import JobQueue

/// The conditions by which escalations are chosen, the same for the list and for the review.
struct EscalationSelection: ParsableArguments {
    @Option(
        help: ArgumentHelp("Only those with this reason; repeatable.", valueName: "reason"),
        completion: .list(ReviewReason.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var reason: [ReviewReason] = []

    @Option(help: ArgumentHelp("Only those of this worker kind; repeatable.", valueName: "kind"))
    var queue: [String] = []

    @Option(help: ArgumentHelp("Only those of this operation.", valueName: "id"))
    var operation: String?

    @Option(help: ArgumentHelp("Only those that this reviewer should decide.", valueName: "name"))
    var assignedTo: String?

    @Flag(help: "Only those whose time to be decided has passed.")
    var overdue = false

    @Option(
        help: ArgumentHelp("The order: opened, due, confidence or decided.", valueName: "key"),
        completion: .list(EscalationFilter.Sort.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var sort: EscalationFilter.Sort = .opened

    @Flag(help: "The largest first: the newest, the least urgent, the most confident.")
    var descending = false

    func validate() throws {
        for kind in queue where QueueName(rawValue: kind) == nil {
            throw ValidationError("--queue '\(kind)' is no name of a worker kind.")
        }
        if let operation, JobID(rawValue: operation) == nil {
            throw ValidationError("--operation '\(operation)' is no id.")
        }
    }

    /// The filter of the queue.
    var filter: EscalationFilter {
        EscalationFilter(
            reasons: Set(reason),
            queues: Set(queue.compactMap(QueueName.init(rawValue:))),
            flow: operation.flatMap(JobID.init(rawValue:)),
            designee: assignedTo,
            overdueOnly: overdue,
            sort: sort,
            isAscending: !descending
        )
    }
}

/// `concord escalations list`.
struct ListEscalationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List escalations: those that wait for a decision, oldest first, unless asked otherwise.",
        discussion: """
            The confidence of an audit sample is not shown before it is decided, so that nobody is led by it.

            Example: concord escalations list --reason low_confidence --sort due
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var selection: EscalationSelection

    @Option(
        help: ArgumentHelp("Only those in this state; repeatable (default: open and claimed).", valueName: "state"),
        completion: .list(EscalationState.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var state: [EscalationState] = []

    @Option(help: ArgumentHelp("Only those that this reviewer holds.", valueName: "name"))
    var assignee: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 1000.", valueName: "number"))
    var limit = 100

    @Option(help: ArgumentHelp("Go on where the page before ended: what it gave as next.", valueName: "text"))
    var cursor: String?

    private struct Page: Encodable {
        let escalations: [EscalationReport]
        /// How many fit the conditions; known where they fit on one page.
        let total: Int?
        let next: String?

        private enum CodingKeys: String, CodingKey {
            case escalations, total, next
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(escalations, forKey: .escalations)
            try container.encode(total, forKey: .total)
            try container.encode(next, forKey: .next)
        }
    }

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        let settings = try options.settings()
        try await Deployment(command: settings).withQueue { queue in
            var filter = selection.filter
            if !state.isEmpty { filter.states = Set(state) }
            filter.assignee = assignee
            filter.limit = limit
            filter.cursor = cursor
            let (page, next) = try await queue.escalations(matching: filter)
            let answered = Page(
                escalations: page.map { EscalationReport($0) },
                total: next == nil && cursor == nil ? page.count : nil,
                next: next
            )
            try answer.output.show(answered) { terminal in
                guard !page.isEmpty else { return ["nothing waits for a person"] }
                return EscalationTable(page, policy: settings.reviewPolicy).lines(terminal)
                    + (next.map { ["more: --cursor '\($0)'"] } ?? [])
            }
        }
    }
}
