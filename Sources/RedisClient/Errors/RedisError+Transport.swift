import NIOCore
import NIOPosix
import NIOSSL

/// The client's own failures.
extension RedisError {
    static let closed = RedisError(.closed, message: "the client is closed")
    static let cancelled = RedisError(.cancelled, message: "the waiting task was cancelled")
    static let commandTimedOut = RedisError(.commandTimedOut, message: "no reply in time")

    /// Reads the error at the root of a reply.
    init(root reply: RedisReply, command: String) {
        let text = reply.withBytes { String(decoding: $0, as: UTF8.self) }
        self.init(serverReply: text ?? "", command: command)
    }

    /// What a failure of an open channel means.
    static func connection(_ error: any Error) -> RedisError {
        switch error {
        case let error as RedisError: error
        case is BoringSSLError, is NIOSSLExtraError: RedisError(.tls, message: "\(error)")
        case NIOSSLError.handshakeFailed(let cause): RedisError(.tls, message: "the handshake failed: \(cause)")
        case let error as IOError: RedisError(.connectionLost, message: describe(error))
        default: RedisError(.connectionLost, message: "\(error)")
        }
    }

    /// What a failed attempt to open a channel means.
    static func connecting(_ error: any Error) -> RedisError {
        switch error {
        case let error as RedisError:
            return error
        case ChannelError.connectTimeout:
            return RedisError(.connectTimedOut, message: "no connection in time")
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return connecting(first.error) }
            return RedisError(.connectFailed, message: "no address for the host's name")
        case let error as IOError:
            return RedisError(.connectFailed, message: describe(error))
        default:
            return RedisError(.connectFailed, message: "\(error)")
        }
    }

    private static func describe(_ error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "the server refuses connections"
        case ENOENT: "there is no such socket"
        case ECONNRESET, EPIPE: "the server closed the connection"
        default: "\(error)"
        }
    }
}
