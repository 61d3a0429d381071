import ArgumentParser

/// Words of the API as values of options.
enum Word {
    /// Reads one of a type's words.
    ///
    /// - Throws: a `ValidationError` that names all of them.
    static func read<Value: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Value {
        guard let value = Value(rawValue: text) else {
            throw ValidationError("must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return value
    }
}
