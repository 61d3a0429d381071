import ArgumentParser
import JobModel
import JobQueue
import Orchestrator

/// `concord operation create`.
struct CreateOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an operation.",
        discussion: """
            A list parameter takes several values, separated by commas or by repeating --param; a relative path in \
            file:PATH is made absolute. With --wait or --watch the exit code says how the operation ended: 0 completed, \
            1 failed or cancelled, 4 waits for a person.

            Example: concord operation create data_pipeline --param counties=BROWARD --param datasets=SDF,NAP \\
              --param year=2025 --watch
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @OptionGroup var operation: RequestOptions

    @Option(help: ArgumentHelp("The same key creates the same operation once.", valueName: "key"))
    var idempotencyKey: String?

    @Flag(help: "Wait until it has ended, or waits for a person.")
    var wait = false

    @Flag(help: "Wait, and draw the steps as they run.")
    var watch = false

    func run() async throws {
        try await Deployment(command: try options.settings()).withOperations { operations in
            let templates = operations.templates
            let request = try OperationRequest.read(try operation.document(templates), types: templates.operationTypes)
            try await operations.queue.prepare()
            let (id, isDuplicate) = try await operations.create(request, idempotencyKey: idempotencyKey)
            guard wait || watch else { return try show(id, isDuplicate) }
            let follower = OperationFollower(operations: operations, output: answer.output, isDrawn: watch)
            let report = try await follower.follow(id)
            if !watch || answer.json { try answer.output.show(report) { OperationView(report).lines($0) } }
            throw report.exitStatus
        }
    }

    private struct Created: Encodable {
        let operationId: JobID
        let duplicate: Bool

        enum CodingKeys: String, CodingKey {
            case duplicate
            case operationId = "operation_id"
        }
    }

    private func show(_ id: JobID, _ isDuplicate: Bool) throws {
        try answer.output.show(Created(operationId: id, duplicate: isDuplicate)) { _ in
            [isDuplicate ? "\(id) (was there already; nothing was created)" : id.rawValue]
        }
    }
}
