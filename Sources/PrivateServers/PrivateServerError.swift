/// Why a child process or a private server could not be started, reached or stopped.
package struct PrivateServerError: Error, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Equatable {
        /// An executable is not installed.
        case executableNotFound
        /// The folder cannot be created, owned or reached.
        case folderUnusable
        /// The operating system refused to start the process.
        case spawnFailed
        /// The server ended before it answered.
        case exitedEarly
        /// The server did not answer in time.
        case notReady
        /// No free loopback port was found.
        case portUnavailable
        /// The task was cancelled while it waited.
        case cancelled
    }

    /// The reason.
    package let code: Code
    /// What happened and what to do about it.
    package let message: String

    /// Creates an error.
    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message in one line.
    package var description: String {
        "\(code.rawValue): \(message)"
    }

    static func system(_ code: Code, _ action: String, errorNumber: CInt) -> PrivateServerError {
        PrivateServerError(code: code, message: "\(action): \(String(systemError: errorNumber))")
    }
}
