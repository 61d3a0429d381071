import Glibc

/// How a child process ended.
package enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
    /// It exited by itself with this code.
    case exited(code: Int32)
    /// A signal ended it.
    case signalled(signal: Int32)

    /// Decodes the status word of `waitpid`.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(code: (waitStatus >> 8) & 0xff) : .signalled(signal: signal)
    }

    /// Whether the process exited with code 0.
    package var isSuccess: Bool {
        self == .exited(code: 0)
    }

    /// "exit code 1" or "signal 9".
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
