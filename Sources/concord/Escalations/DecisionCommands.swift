import ArgumentParser
import JobModel
import JobQueue
import Orchestrator

/// `concord escalations approve`.
struct ApproveEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let the result stand: the job completes, and what waits for it goes on.",
        discussion: """
            Several ids are decided one by one.

            Example: concord escalations approve esc-… --comment 'checked against the county site'
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalations: EscalationArguments
    @OptionGroup var review: ReviewOptions

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var comment: String?

    func run() async throws {
        try await EscalationReview(escalations: escalations, review: review, comment: comment, output: answer.output)
            .decide(try options.settings([.reviewer: review.reviewer])) { _, _ in .approve }
    }
}

/// `concord escalations reject`.
struct RejectEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Refuse the result: the job ends as cancelled, and what needs it does not run.",
        discussion: "Example: concord escalations reject esc-… --comment 'the file is last year’s'"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalations: EscalationArguments
    @OptionGroup var review: ReviewOptions

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var comment: String?

    func run() async throws {
        try await EscalationReview(escalations: escalations, review: review, comment: comment, output: answer.output)
            .decide(try options.settings([.reviewer: review.reviewer])) { _, _ in .reject }
    }
}

/// `concord escalations override`.
struct OverrideEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Put another result in place: the job completes with it and is not run again.",
        discussion: """
            Example: concord escalations override esc-… --value '{"rows_valid": 95332}'
            Example: concord escalations override esc-… --value-file result.json
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalations: EscalationArguments
    @OptionGroup var review: ReviewOptions

    @Option(help: ArgumentHelp("The result, JSON.", valueName: "json"))
    var value: String?

    @Option(help: ArgumentHelp("A file with the result, - for standard input.", valueName: "file"))
    var valueFile: String?

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var comment: String?

    func validate() throws {
        guard (value == nil) != (valueFile == nil) else {
            throw ValidationError("Give the result with either --value or --value-file.")
        }
    }

    func run() async throws {
        let result = try result()
        try await EscalationReview(escalations: escalations, review: review, comment: comment, output: answer.output)
            .decide(try options.settings([.reviewer: review.reviewer])) { _, _ in .override(result) }
    }

    private func result() throws(CommandFailure) -> JSONValue {
        guard let value else { return try ParameterText.json(ofFile: valueFile ?? "-") }
        do {
            return try JSONValue(parsing: value)
        } catch {
            throw CommandFailure(.usage, "--value: is no JSON")
        }
    }
}

/// `concord escalations retry`.
struct RetryEscalationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run the job again with a fresh count of attempts, with other parameters where given.",
        discussion: """
            Parameters that are not named keep their values.

            Example: concord escalations retry esc-… --param validation_level=permissive --guidance 'the header is new'
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var escalations: EscalationArguments
    @OptionGroup var review: ReviewOptions

    @Option(name: .customLong("param"), help: ArgumentHelp("A changed parameter; repeatable.", valueName: "key=value"))
    var parameters: [String] = []

    @Option(help: ArgumentHelp("A file with a JSON object of parameters, - for standard input.", valueName: "file"))
    var jsonParams: String?

    @Option(help: ArgumentHelp("Words for the action, which reads them as its guidance.", valueName: "text"))
    var guidance: String?

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var comment: String?

    func run() async throws {
        try await EscalationReview(escalations: escalations, review: review, comment: comment, output: answer.output)
            .decide(try options.settings([.reviewer: review.reviewer])) { snapshot, operations in
                .retry(parameters: try await changed(snapshot, operations), guidance: guidance)
            }
    }

    /// The job's parameters with the changes; `nil` where there are none.
    private func changed(_ snapshot: EscalationSnapshot, _ operations: Operations) async throws -> JSONValue? {
        guard !parameters.isEmpty || jsonParams != nil else { return nil }
        let job = try await operations.queue.job(snapshot.job)
        // The parameters of a planning job are the operation's own, which its template knows.
        var template: PlanTemplate?
        if snapshot.queue == Operations.orchestratorQueue,
            let record = try await operations.record(JobID(trusted: String(snapshot.job.partitionKey)))
        {
            template = operations.templates[record.request.operationType]
        }
        let values = try ParameterText.object(pairs: parameters, file: jsonParams, template: template)
        guard let input = job?.input, case .object(let old) = try JSONValue(parsing: input) else {
            return .object(values)
        }
        return .object(old.merging(values) { _, new in new })
    }
}
