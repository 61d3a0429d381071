import ArgumentParser
import JobModel
import Orchestrator

/// The operation that a command creates, now or by a schedule.
struct RequestOptions: ParsableArguments {
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

    @Flag(inversion: .prefixedNo, help: "Check the template's post-conditions at the end.")
    var validation = true

    /// The request as the HTTP interface takes it, not checked yet.
    ///
    /// - Throws: ``CommandFailure`` for what can be no parameter or time.
    func document(_ templates: PlanTemplates) throws -> JSONValue {
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
        return .object(document)
    }
}
