import ArgumentParser
import Gateway
import JobModel
import JobQueue

/// `concord dead`.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Inspect the dead letters, and retry or discard them.",
        discussion: "Example: concord dead retry j-01k9x3v5m2pq7r8s4t6vwxy",
        subcommands: [ListDeadCommand.self, RetryDeadCommand.self, DiscardDeadCommand.self],
        defaultSubcommand: ListDeadCommand.self
    )
}

/// `concord dead list`.
struct ListDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List jobs that have used up their attempts or deliveries, newest first.",
        discussion: "Example: concord dead list --limit 20"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("At most so many.", valueName: "number"))
    var limit = 100

    func run() async throws {
        try await Deployment(command: try options.settings()).withQueue { queue in
            let letters = try await queue.deadLetters(limit: max(0, limit))
            try answer.output.show(["dead_letters": try letters.map { try JobReport($0) }]) { terminal in
                guard !letters.isEmpty else { return ["no dead letters"] }
                var table = TextTable(["JOB", "ACTION", "DIED", "CAUSE", "LAST ERROR"], rightAligned: [2])
                for job in letters {
                    table.append([
                        job.id.rawValue, "\(job.queue).\(job.action)",
                        job.endedMilliseconds.map { Moment.age(sinceMilliseconds: $0) } ?? "–", job.cause ?? "",
                        job.errors.last.map { String(describing: $0.failure) } ?? "",
                    ])
                }
                return table.lines(terminal)
            }
        }
    }
}

/// The dead letters that a command is about.
struct DeadLetterArguments: ParsableArguments {
    @Argument(help: "The jobs' ids.")
    var ids: [String]

    private struct Handled: Encodable {
        let id: String
        let outcome: String
    }

    /// Handles each and says what came of it.
    ///
    /// - Throws: ``ExitStatusCode`` `failed` where one of them could not be handled.
    func handle(
        _ settings: Settings,
        _ output: CommandOutput,
        _ action: (JobQueue, JobID) async throws(JobQueueError) -> JobQueue.DeadLetterAction
    ) async throws {
        try await Deployment(command: settings).withQueue { queue in
            var isComplete = true
            for text in ids {
                let outcome =
                    if let id = JobID(rawValue: text) { try await action(queue, id) } else {
                        JobQueue.DeadLetterAction.unknown
                    }
                isComplete = isComplete && (outcome == .ready || outcome == .discarded)
                try output.show(Handled(id: text, outcome: outcome.rawValue)) { _ in ["\(text) \(Self.words(outcome))"]
                }
            }
            if !isComplete { throw ExitStatusCode.failed }
        }
    }

    private static func words(_ outcome: JobQueue.DeadLetterAction) -> String {
        switch outcome {
        case .ready: "is ready again, with fresh counts"
        case .discarded: "is discarded"
        case .unknown: "is no dead letter"
        case .flow: "is a step of an operation, whose later steps have ended with it: create the operation anew"
        }
    }
}

/// `concord dead retry`.
struct RetryDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Make dead letters ready again, with fresh counts.",
        discussion: "Example: concord dead retry j-01k9x3v5m2pq7r8s4t6vwxy"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var letters: DeadLetterArguments

    func run() async throws {
        try await letters.handle(try options.settings(), answer.output) { queue, id throws(JobQueueError) in
            try await queue.retryDeadLetter(id)
        }
    }
}

/// `concord dead discard`.
struct DiscardDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Take dead letters out of the list for good.",
        discussion: "Example: concord dead discard j-01k9x3v5m2pq7r8s4t6vwxy"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var letters: DeadLetterArguments

    func run() async throws {
        try await letters.handle(try options.settings(), answer.output) { queue, id throws(JobQueueError) in
            try await queue.discardDeadLetter(id)
        }
    }
}
