import JobModel
import JobQueue

/// The actions of a worker kind, to be run one at a time without the queue.
struct ActionCatalog: Sendable {
    /// The worker kind.
    let kind: QueueName
    private let actions: [String: any Action]

    /// Of two actions with one name, the last counts, as in ``Worker``.
    init(kind: QueueName, actions: [any Action]) {
        self.kind = kind
        self.actions = Dictionary(actions.map { (type(of: $0).name, $0) }) { _, last in last }
    }

    /// The names, in alphabetical order.
    var names: [String] { actions.keys.sorted() }

    subscript(name: String) -> (any Action)? { actions[name] }

    /// A new id for a run: the first two letters of the kind, and 60 bits of chance in base 32.
    func newRunID() -> JobID {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        return JobID(
            trusted: "\(kind.rawValue.prefix(2))-" + String((0..<12).map { _ in digits[Int.random(in: 0..<32)] })
        )
    }
}

extension Action {
    /// Runs the action on parameters of a body.
    ///
    /// - Throws: ``InvalidParameters`` before it runs; afterwards what the action throws.
    func run(on parameters: JSONValue, context: JobContext) async throws -> Outcome<JSONValue> {
        let decoded: Parameters
        do {
            decoded = try JSONCoding.decode(Parameters.self, from: try JSONCoding.encode(parameters))
        } catch let error as DecodingError {
            throw InvalidParameters(failure: JobFailure(decoding: error))
        }
        let outcome = try await run(decoded, context: context)
        return .completed(
            try JSONValue(encoding: outcome.result),
            confidence: outcome.confidence,
            parts: outcome.parts,
            review: outcome.review
        )
    }
}

/// The parameters do not fit the action, which did not run.
struct InvalidParameters: Error {
    /// Which parameter, and why.
    let failure: JobFailure
}
