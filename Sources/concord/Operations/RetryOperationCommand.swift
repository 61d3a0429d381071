import ArgumentParser
import Orchestrator

/// `concord operation retry`.
struct RetryOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run a failed operation again from its failed steps; what has completed keeps its evidence.",
        discussion: """
            It is recorded when the command returns; the orchestrators take it up. One failure is retried once, however \
            often this is called. With --wait the exit code says how the operation ended: 0 completed, 1 failed or \
            cancelled, 4 waits for a person.

            Example: concord operation retry op-20251020-143022-a1b2c3d4 --wait
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    @Flag(help: "Wait until the operation has ended, or asks a person.")
    var wait = false

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard let before = try await operations.record(id), let report = try await operations.retry(id) else {
                throw operation.unknown
            }
            guard wait else { return try answer.output.show(report) { OperationView(report).lines($0) } }
            // It stays failed until an orchestrator has taken the retry up.
            while let now = try await operations.record(id), now.sinceMilliseconds == before.sinceMilliseconds {
                try await Task.sleep(for: .milliseconds(100))
            }
            let follower = OperationFollower(operations: operations, output: answer.output, isDrawn: false)
            let end = try await follower.follow(id)
            try answer.output.show(end) { OperationView(end).lines($0) }
            throw end.exitStatus
        }
    }
}
