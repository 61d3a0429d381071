/// An error of record linkage.
package struct LinkageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of error it is.
    package enum Code: String, Sendable {
        /// No column to compare by, too many, or one that is not there.
        case invalidSchema
        /// More records or bytes than the compact storage can number.
        case tooLarge
    }

    /// The kind of error.
    package let code: Code
    /// What is wrong, without any value of a record.
    package let message: String

    /// Combines the parts.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    package var description: String { "\(code.rawValue): \(message)" }
}
