/// Why a configuration is refused.
struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed vocabulary of reasons.
    enum Code: String, Sendable {
        /// No setting has this name.
        case unknownKey
        /// A value is not of its type or out of its range.
        case invalidValue
        /// The file cannot be read or is no YAML mapping.
        case unreadableFile
    }

    /// The reason.
    let code: Code
    /// The key or the file that is wrong.
    let subject: String
    /// What is wrong with it and what is accepted; a value that may be a secret is not repeated.
    let message: String

    init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    var description: String { "\(subject): \(message)" }
}
