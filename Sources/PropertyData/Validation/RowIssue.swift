/// A violation on a row.
package struct RowIssue: Sendable, Codable, Equatable {
    /// The line in the file.
    package let line: Int
    /// The rule's id.
    package let rule: String
    /// The field.
    package let field: String
    /// The value, cut to 80 characters.
    package let value: String
}
