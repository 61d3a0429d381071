/// An error that a handler throws to say how it wants to fail.
///
/// Any other error counts as retryable, with its type as the code.
public struct JobFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// A stable word, such as `unknown_county`.
    public var code: String
    /// What happened and what to do, for a person; names fields, files and lines, never personal data.
    public var message: String
    /// The parameter or field that is wrong, if one is.
    public var field: String?
    /// Whether another attempt may help.
    public var isRetryable: Bool
    /// A delay to use in place of the policy's backoff, in milliseconds.
    public var retryAfterMilliseconds: Int?

    /// Combines the parts.
    public init(
        _ code: String,
        _ message: String,
        field: String? = nil,
        isRetryable: Bool = false,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.isRetryable = isRetryable
        retryAfterMilliseconds = retryAfter?.wholeMilliseconds
    }

    /// Code, field and message in one line.
    public var description: String { field.map { "\(code) (\($0)): \(message)" } ?? "\(code): \(message)" }
}
