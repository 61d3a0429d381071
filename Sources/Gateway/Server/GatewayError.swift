/// Why a server cannot be made or cannot listen.
package struct GatewayError: Error, Sendable, CustomStringConvertible {
    /// The closed vocabulary of reasons.
    package enum Code: String, Sendable {
        /// The address is open to others, and nothing would ask them who they are.
        case addressNotLoopback
        /// Another process listens there.
        case addressInUse
        /// The address does not exist on this machine, or may not be used.
        case addressUnusable
        /// A value of the configuration is out of range.
        case invalidConfiguration
    }

    /// The reason.
    package let code: Code
    /// What happened and what to do.
    package let message: String
    /// The setting that is wrong, if one is.
    package let field: String?

    init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    package var description: String {
        field.map { "\(code.rawValue) (\($0)): \(message)" } ?? "\(code.rawValue): \(message)"
    }
}
