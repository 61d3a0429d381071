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

    @Argument(help: "The type of operation, such as data_pipeline.")
    var type: String

    @Option(name: .customLong("param"), help: ArgumentHelp("A parameter; repeatable.", valueName: "key=value"))
    var parameters: [String] = []

    @Option(help: ArgumentHelp("A file with a JSON object of parameters, - for standard input.", valueName: "file"))
    var jsonParams: String?

    @Option(help: ArgumentHelp("1 (low) to 10 (high).", valueName: "number"))
    var priority = 5

    @Option(
        help: ArgumentHelp("The longest it may take, 10s to 1h, time that people take not counted.", valueName: "time")
    )
    var timeout: String?

    @Option(help: ArgumentHelp("Whatever should come back with the operation; repeatable.", valueName: "key=value"))
    var metadata: [String] = []

    @Option(help: ArgumentHelp("The same key creates the same operation once.", valueName: "key"))
    var idempotencyKey: String?

    @Flag(inversion: .prefixedNo, help: "Check the template's post-conditions at the end.")
    var validation = true

    @Flag(help: "Wait until it has ended, or waits for a person.")
    var wait = false

    @Flag(help: "Wait, and draw the steps as they run.")
    var watch = false

    func run() async throws {
        try await Deployment(command: try options.settings()).withOperations { operations in
            let request = try request(operations.templates)
            try await operations.queue.prepare()
            let (id, isDuplicate) = try await operations.create(request, idempotencyKey: idempotencyKey)
            guard wait || watch else { return try show(id, isDuplicate) }
            let follower = OperationFollower(operations: operations, output: answer.output, isDrawn: watch)
            let report = try await follower.follow(id)
            if !watch || answer.json { try answer.output.show(report) { OperationView(report).lines($0) } }
            throw report.exitStatus
        }
    }

    /// The request, checked as the HTTP interface checks it.
    ///
    /// - Throws: ``RequestError`` that names every wrong field.
    private func request(_ templates: PlanTemplates) throws -> OperationRequest {
        var document: [String: JSONValue] = [
            "operation_type": .string(type),
            "parameters": .object(
                try ParameterText.object(pairs: parameters, file: jsonParams, template: templates[type])
            ),
            "priority": .integer(priority),
            "require_validation": .bool(validation),
        ]
        if !metadata.isEmpty { document["metadata"] = .object(try ParameterText.object(pairs: metadata, file: nil)) }
        if let timeout {
            guard let time = Duration(text: timeout) else {
                throw CommandFailure(.usage, "--timeout '\(timeout)' must be a time such as 90s or 5m")
            }
            document["timeout_seconds"] = .integer(time.wholeMilliseconds / 1000)
        }
        return try OperationRequest.read(.object(document), types: templates.operationTypes)
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
