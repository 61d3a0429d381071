/// Why the orchestrator could not do something.
package struct OrchestratorError: Error, Sendable, CustomStringConvertible {
    /// The closed vocabulary of reasons.
    package enum Code: String, Sendable {
        /// A transition that the state machine does not have.
        case illegalTransition
        /// A record is not of the documented form.
        case malformedRecord
        /// A template cannot be read.
        case invalidTemplate
        /// The operation keeps changing under the caller.
        case contention
        /// What was asked for needs a part that the deployment does not have.
        case notConfigured
        /// The operation is not in a state in which that can be done.
        case conflict
    }

    /// The reason.
    package let code: Code
    /// What happened; no payload.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
