/// What a worker can be asked to do: a name, parameters, a result, and the code.
///
/// An action runs at least once per job and may run again after a crash: use ``JobContext/idempotencyKey`` for what must
/// happen once. It is cancelled (`Task.isCancelled`) when its job is cancelled, its time limit has passed, its lease is
/// lost or the process shuts down, and should then stop within a second.
public protocol Action: Sendable {
    /// Its parameters, as they stand in the job's input.
    associatedtype Parameters: Decodable & Sendable
    /// Its result, as others will read it.
    associatedtype Result: Encodable & Sendable

    /// The stable name by which jobs ask for it: `a–z 0–9 _ . -`, a letter first.
    static var name: String { get }

    /// Does the work.
    ///
    /// - Returns: the result and how sure the action is of it; below the job's threshold, a person decides.
    /// - Throws: ``JobFailure`` to say how to fail; any other error means another attempt may help.
    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result>
}

/// An action without its types, as a worker holds it.
package struct ErasedAction: Sendable {
    package let name: String
    let run: @Sendable (_ input: [UInt8], _ context: JobContext) async throws -> EncodedOutcome

    package init<A: Action>(_ action: A) {
        name = A.name
        run = { input, context in
            let parameters: A.Parameters
            do {
                parameters = try JSONCoding.decode(A.Parameters.self, from: input)
            } catch let error as DecodingError {
                throw JobFailure(decoding: error)
            }
            let outcome = try await action.run(parameters, context: context)
            return EncodedOutcome(
                result: Array(try JSONCoding.encode(outcome.result)),
                confidence: outcome.confidence,
                parts: outcome.parts.isEmpty ? [] : Array(try JSONCoding.encode(outcome.parts)),
                review: outcome.review
            )
        }
    }
}

/// An outcome as it travels to Redis.
package struct EncodedOutcome: Sendable {
    package var result: [UInt8]
    package var confidence: Double
    package var parts: [UInt8]
    package var review: ReviewReason?
}

extension JobFailure {
    /// Names the parameter that is missing or of the wrong type; its value is not repeated.
    package init(decoding error: DecodingError) {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (key.map { [$0] } ?? [])
            return keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init("invalid_parameters", "the parameter is missing", field: path(context, key))
        case .typeMismatch(let type, let context):
            self.init("invalid_parameters", "the parameter is not of type \(type)", field: path(context))
        case .valueNotFound(let type, let context):
            self.init("invalid_parameters", "the parameter is null, not of type \(type)", field: path(context))
        case .dataCorrupted(let context):
            self.init("invalid_parameters", context.debugDescription, field: path(context))
        @unknown default:
            self.init("invalid_parameters", "the parameters cannot be read")
        }
    }
}
