/// An action without its types, as a worker holds it.
package struct ErasedAction: Sendable {
    package let name: String
    /// What others may know of it.
    package let description: ActionDescription
    let run: @Sendable (_ input: [UInt8], _ context: JobContext) async throws -> EncodedOutcome

    package init<A: Action>(_ action: A) {
        name = A.name
        description = A.described
        run = { input, context in
            let parameters: A.Parameters
            try A.check(input)
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

extension Action {
    /// Holds parameters against the schema; an action that declares none costs nothing.
    fileprivate static func check(_ input: [UInt8]) throws {
        let schema = parameterSchema
        guard schema != .any else { return }
        if let defect = schema.defects(in: try JSONValue(parsing: input)).first {
            throw JobFailure("invalid_parameters", defect.message, field: defect.field)
        }
    }
}
