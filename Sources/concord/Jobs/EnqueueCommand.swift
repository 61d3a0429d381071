import ArgumentParser
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// `concord enqueue`.
struct EnqueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Enqueue one job without a plan.",
        discussion: """
            A value that is JSON stands for itself, any other is a string; a relative path in file:PATH is made absolute. \
            With --wait the exit code says how the job ended: 0 completed, 1 failed, 4 waits for a person.

            Example: concord enqueue florida_data download --param county=BROWARD --param dataset=SDF --param year=2025 --wait
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Argument(help: "The worker kind, which is the name of its queue.")
    var worker: String

    @Argument(help: "What the worker is asked to do.")
    var action: String

    @Option(name: .customLong("param"), help: ArgumentHelp("A parameter; repeatable.", valueName: "key=value"))
    var parameters: [String] = []

    @Option(help: ArgumentHelp("A file with a JSON object of parameters, - for standard input.", valueName: "file"))
    var jsonParams: String?

    @Option(help: ArgumentHelp("1 (low) to 10 (high).", valueName: "number"))
    var priority = 5

    @Option(help: ArgumentHelp("When it becomes ready, from now: 500ms, 5s, 2m, 1h.", valueName: "time"))
    var delay: String?

    @Option(help: ArgumentHelp("The same key enqueues the same job once.", valueName: "key"))
    var idempotencyKey: String?

    @Option(
        help: ArgumentHelp(
            "An id of your own; while a job of that id is on record, nothing is enqueued.",
            valueName: "id"
        )
    )
    var id: String?

    @Flag(help: "Wait until it has ended, or waits for a person.")
    var wait = false

    func validate() throws {
        guard QueueName(rawValue: worker) != nil else { throw ValidationError("'\(worker)' is no name of a queue.") }
        guard Lane(priority: priority) != nil else { throw ValidationError("--priority must be from 1 to 10.") }
        if let delay, Duration(text: delay) == nil {
            throw ValidationError("--delay '\(delay)' must be a time such as 500ms, 5s, 2m or 1h.")
        }
        if let id, JobID(rawValue: id) == nil {
            throw ValidationError("--id '\(id)' must have 1 to 128 characters of A-Z a-z 0-9 . _ : -")
        }
    }

    func run() async throws {
        let settings = try options.settings()
        let job = try job(settings)
        try await Deployment(command: settings).withQueue { queue in
            try await queue.prepare()
            let receipt = try await queue.enqueue(job)
            guard wait else { return try show(receipt) }
            try await show(try await ended(receipt.id, queue))
        }
    }

    private func job(_ settings: Settings) throws -> NewJob {
        guard let queue = QueueName(rawValue: worker), let lane = Lane(priority: priority) else {
            throw CommandFailure(.usage, "'\(worker)' is no name of a queue")
        }
        guard queue != Operations.orchestratorQueue else {
            throw CommandFailure(
                .usage,
                "\(queue) is the orchestrators' own queue",
                hint: "create an operation with `concord operation create`"
            )
        }
        let values = try ParameterText.object(pairs: parameters, file: jsonParams)
        return NewJob(
            queue: queue,
            action: action,
            input: Array(try JSONCoding.encode(values)),
            policy: JobPolicy(lane: lane, confidenceThreshold: settings.confidenceThreshold),
            delay: delay.flatMap(Duration.init(text:)) ?? .zero,
            idempotencyKey: idempotencyKey,
            id: id.flatMap(JobID.init(rawValue:))
        )
    }

    private struct Accepted: Encodable {
        let id: JobID
        let duplicate: Bool
    }

    private func show(_ receipt: Receipt) throws {
        try answer.output.show(Accepted(id: receipt.id, duplicate: receipt.isDuplicate)) { _ in
            [receipt.isDuplicate ? "\(receipt.id) (was there already; nothing was enqueued)" : receipt.id.rawValue]
        }
    }

    private func ended(_ id: JobID, _ queue: JobQueue) async throws -> JobSnapshot {
        while true {
            guard let job = try await queue.job(id) else {
                throw CommandFailure(.failed, "job \(id) has ended and its record is gone")
            }
            if job.state.isTerminal || job.state == .escalated { return job }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func show(_ job: JobSnapshot) async throws {
        try answer.output.show(try JobReport(job)) { terminal in try JobView(job).lines(terminal) }
        switch job.state {
        case .completed: return
        case .escalated: throw ExitStatusCode.waiting
        default: throw ExitStatusCode.failed
        }
    }
}
