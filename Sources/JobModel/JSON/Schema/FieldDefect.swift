/// A field of a document that is wrong, and why.
public struct FieldDefect: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The field's path, such as `parameters.counties[0]`; empty for the document itself.
    public var field: String
    /// What is wrong with it and what is accepted; never the value itself.
    public var message: String

    /// Combines the parts.
    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    /// Field and message in one line.
    public var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
