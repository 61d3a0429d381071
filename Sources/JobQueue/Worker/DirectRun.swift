package import JobModel
package import Logging

/// Runs one action of a worker kind without the queue: JSON in, JSON out.
///
/// Nothing is recorded: such a run has one attempt, and no person decides about its confidence.
package struct DirectRun: Sendable {
    /// The worker kind.
    package let kind: QueueName
    private let actions: [String: ErasedAction]
    private let logger: Logger

    /// Runs for the actions of a kind; of two with one name, the last counts, as in ``Worker``.
    package init(kind: QueueName, actions: [any Action], logger: Logger) {
        self.kind = kind
        self.actions = Dictionary(actions.map { ErasedAction($0) }.map { ($0.name, $0) }) { _, last in last }
        self.logger = logger
    }

    /// The names of the actions, in alphabetical order.
    package var names: [String] { actions.keys.sorted() }

    /// What may be known of the actions, in the alphabetical order of their names.
    package var descriptions: [ActionDescription] { names.compactMap { actions[$0]?.description } }

    /// Runs an action.
    ///
    /// - Throws: a ``JobFailure``: `unknown_action` with the known ones, `invalid_parameters` with the field,
    ///   `unresolved_reference` for a reference to another step, and those of the action; `CancellationError`.
    package func run(
        _ name: String,
        parameters: JSONValue,
        id: JobID,
        progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) async throws -> Outcome<JSONValue> {
        guard let action = actions[name] else {
            throw JobFailure(
                "unknown_action",
                "\(kind) has no action \(name); it has \(names.joined(separator: ", "))",
                field: "operation"
            )
        }
        if let reference = parameters.references.min(by: { $0.description < $1.description }) {
            throw JobFailure(
                "unresolved_reference",
                "\(reference) names another step's result, and a direct run has no other steps",
                field: reference.description
            )
        }
        let context = JobContext(direct: id, queue: kind, action: name, logger: logger, progress: progress)
        let input = Array(try JSONCoding.encode(parameters))
        // Apart from the threads that answer requests, as for jobs.
        let outcome = try await withTaskExecutorPreference(ActionTaskExecutor.shared) {
            try await action.run(input, context)
        }
        return .completed(
            try JSONValue(parsing: outcome.result),
            confidence: outcome.confidence,
            parts: outcome.parts.isEmpty ? [] : try JSONCoding.decode([ConfidencePart].self, from: outcome.parts),
            review: outcome.review
        )
    }
}
