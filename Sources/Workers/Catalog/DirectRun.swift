package import JobQueue
import Logging

/// Runs one action of a worker kind without the queue: JSON in, JSON out.
///
/// Nothing is recorded: such a run has one attempt, and no person decides about its confidence.
package struct DirectRun: Sendable {
    private let kind: QueueName
    private let actions: [String: any Action]
    private let logger: Logger

    /// Runs for the actions of a kind; it has none for an unknown one.
    package init(kind: QueueName, environment: WorkerEnvironment) {
        self.kind = kind
        let actions = WorkerCatalog.actions(for: kind, environment: environment)
        self.actions = Dictionary(actions.map { (type(of: $0).name, $0) }) { _, last in last }
        logger = environment.logger
    }

    /// The names of the actions, in alphabetical order.
    package var names: [String] { actions.keys.sorted() }

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
        return try await Self.run(action, parameters, context)
    }

    private static func run<A: Action>(
        _ action: A,
        _ parameters: JSONValue,
        _ context: JobContext
    ) async throws -> Outcome<JSONValue> {
        let decoded: A.Parameters
        do {
            decoded = try JSONCoding.decode(A.Parameters.self, from: JSONCoding.encode(parameters))
        } catch let error as DecodingError {
            throw JobFailure(decoding: error)
        }
        let outcome = try await action.run(decoded, context: context)
        return .completed(
            try JSONValue(encoding: outcome.result),
            confidence: outcome.confidence,
            parts: outcome.parts,
            review: outcome.review
        )
    }
}
