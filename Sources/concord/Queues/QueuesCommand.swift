import ArgumentParser
import Gateway
import JobModel
import JobQueue

/// `concord queues`.
struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "Show what waits and runs in each queue; pause and resume queues.",
        discussion: "Example: concord queues pause florida_data",
        subcommands: [ListQueuesCommand.self, PauseQueueCommand.self, ResumeQueueCommand.self],
        defaultSubcommand: ListQueuesCommand.self
    )
}

/// `concord queues list`.
struct ListQueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what waits and runs in each queue.",
        discussion: "Example: concord queues list --json"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    func run() async throws {
        try await Deployment(command: try options.settings()).withQueue { queue in
            let depths = try await queue.queues()
            try answer.output.show(["queues": depths.map { QueueReport($0) }]) { terminal in
                guard !depths.isEmpty else { return ["no queues yet: start a worker or enqueue a job"] }
                let numbers = ["READY", "RUNNING", "DELAYED", "OLDEST", "COMPLETED", "FAILED", "DEAD", "ESCALATED"]
                var table = TextTable(["QUEUE"] + numbers + ["STATE"], rightAligned: Set(1...8))
                for depth in depths {
                    let counts = ["completed", "failed", "dead", "escalated"].map {
                        Moment.count(depth.counters[$0] ?? 0)
                    }
                    let waits = [depth.ready, depth.running, depth.delayed].map(Moment.count)
                    let oldest = depth.oldestReadyMilliseconds.map { Moment.age(sinceMilliseconds: $0) } ?? "–"
                    table.append(
                        [depth.queue.rawValue] + waits + [oldest] + counts + [depth.isPaused ? "paused" : "open"]
                    )
                }
                return table.lines(terminal)
            }
        }
    }
}

/// The queue that a command is about.
struct QueueArgument: ParsableArguments {
    @Argument(help: "The queue's name.")
    var queue: String

    private struct Pause: Encodable {
        let queue: QueueName
        let paused: Bool
        let changed: Bool
    }

    /// Pauses or resumes it; a name that no queue has is refused, so that a slip of the pen does not pass for a paused
    /// queue.
    func set(paused: Bool, _ settings: Settings, _ output: CommandOutput) async throws {
        try await Deployment(command: settings).withQueue { door in
            guard let known = try await door.queues().first(where: { $0.queue.rawValue == queue })?.queue else {
                throw CommandFailure(.failed, "there is no queue \(queue)", hint: "see `concord queues`")
            }
            let changed = try await door.setPaused(paused, queue: known)
            try output.show(Pause(queue: known, paused: paused, changed: changed)) { _ in
                let state = paused ? "paused: running jobs go on, no more are handed out" : "open"
                return ["\(known) is \(changed ? "" : "already ")\(state)"]
            }
        }
    }
}

/// `concord queues pause`.
struct PauseQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hand out no more jobs of a queue; what runs goes on.",
        discussion: "Example: concord queues pause florida_data"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var queue: QueueArgument

    func run() async throws { try await queue.set(paused: true, try options.settings(), answer.output) }
}

/// `concord queues resume`.
struct ResumeQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Hand out jobs of a queue again.",
        discussion: "Example: concord queues resume florida_data"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var queue: QueueArgument

    func run() async throws { try await queue.set(paused: false, try options.settings(), answer.output) }
}
