/// Why a command, or a connection, failed.
///
/// Neither the fields nor the description carry arguments of a command, so an error may be logged as it is.
///
/// The fields are not boxed, though that would make results smaller: Swift 6.3.1 crashes in release builds of async
/// functions that throw, as a typed error, a struct of one reference.
package struct RedisError: Error, Sendable, Equatable {
    /// What went wrong; everything a server can say that callers handle has a case of its own.
    package enum Code: String, Sendable, Equatable, CaseIterable {
        /// No connection could be made: refused, unreachable, no such host or socket, or closed during the handshake.
        case connectFailed
        /// The server did not accept, or did not finish the handshake, in time.
        case connectTimedOut
        /// No reply in time; a written command's connection is closed, as the server may be gone.
        case commandTimedOut
        /// The connection broke after the command was written.
        case connectionLost
        /// The client was closed.
        case closed
        /// The task that waited was cancelled.
        case cancelled
        /// The peer sent bytes that are no RESP2 reply, or more than is accepted.
        case protocolError
        /// The URL is malformed.
        case invalidURL
        /// The TLS handshake failed: an untrusted or wrong certificate, or no common version.
        case tls
        /// NOGROUP: the stream or its consumer group does not exist.
        case noGroup
        /// UNBLOCKED: a blocked read ended because its key was deleted or the server became a replica.
        case unblocked
        /// READONLY: the server is a replica.
        case readOnly
        /// LOADING: the server is reading its data set.
        case loading
        /// MASTERDOWN: a replica that has lost its master.
        case masterDown
        /// NOAUTH, WRONGPASS and other refusals of the credentials.
        case noAuth
        /// NOPERM: the user may not run this command or touch this key.
        case noPermission
        /// OOM: `maxmemory` is reached and the command could need more.
        case outOfMemory
        /// MISCONF: the server refuses writes because its last snapshot failed.
        case persistenceFailing
        /// The server has no room for another connection.
        case tooManyClients
        /// MOVED: the slot belongs to another node for good.
        case moved
        /// ASK: the slot is being moved; this one command belongs to another node.
        case ask
        /// TRYAGAIN: the keys of the command are split between two nodes for now.
        case tryAgain
        /// CLUSTERDOWN: the cluster, or the slot, has no master.
        case clusterDown
        /// CROSSSLOT: the keys of the command belong to different slots.
        case crossSlot
        /// NOREPLICAS: fewer healthy replicas than `min-replicas-to-write`.
        case noReplicas
        /// NOSCRIPT: the server does not have this script.
        case noScript
        /// The server does not have this function: its library was never loaded, or was flushed.
        case functionNotFound
        /// BUSY: a script or function runs longer than `busy-reply-threshold`.
        case busy
        /// WRONGTYPE: the key holds another type.
        case wrongType
        /// Any other error reply; see `serverPrefix`.
        case server
    }

    /// Where a MOVED or ASK reply points.
    package struct Redirection: Sendable, Equatable {
        /// The hash slot, 0 to 16383.
        package let slot: Int
        /// `host:port` of the node; an empty host means the one that was asked.
        package let address: String
    }

    /// What went wrong.
    package let code: Code

    /// The command's name, without arguments; empty when the failure belongs to the connection.
    package let command: String

    /// The first word of an error reply, such as `BUSYGROUP`; nil when the error is the client's own.
    package let serverPrefix: String?

    /// The explanation, for people.
    package let message: String

    /// The other node, for `moved` and `ask`.
    package let redirection: Redirection?

    /// Whether the command was written and its reply was not seen: the server may or may not have run it.
    package let mayHaveExecuted: Bool

    init(
        _ code: Code,
        command: String = "",
        serverPrefix: String? = nil,
        message: String,
        redirection: Redirection? = nil,
        mayHaveExecuted: Bool = false
    ) {
        self.code = code
        self.command = command
        self.serverPrefix = serverPrefix
        self.message = message
        self.redirection = redirection
        self.mayHaveExecuted = mayHaveExecuted
    }

    /// Whether the same command may succeed later or on another connection, with nothing changed by the caller.
    ///
    /// For a command that is not idempotent, ask `mayHaveExecuted` as well.
    package var isRetryable: Bool {
        switch code {
        case .connectFailed, .connectTimedOut, .commandTimedOut, .connectionLost, .unblocked, .readOnly, .loading,
            .masterDown, .outOfMemory, .persistenceFailing, .tooManyClients, .moved, .ask, .tryAgain, .clusterDown,
            .noReplicas, .busy:
            true
        case .closed, .cancelled, .protocolError, .invalidURL, .tls, .noGroup, .noAuth, .noPermission, .crossSlot,
            .noScript, .functionNotFound, .wrongType, .server:
            false
        }
    }

    /// The same failure under another code, or as it concerns one command.
    func with(code: Code? = nil, command: String? = nil, mayHaveExecuted: Bool = false) -> RedisError {
        RedisError(
            code ?? self.code,
            command: command ?? self.command,
            serverPrefix: serverPrefix,
            message: message,
            redirection: redirection,
            mayHaveExecuted: mayHaveExecuted
        )
    }
}

extension RedisError: CustomStringConvertible {
    /// One line: the command, the code, the server's own word and the explanation.
    package var description: String {
        var text = command.isEmpty ? "redis: \(code.rawValue)" : "redis: \(command): \(code.rawValue)"
        if let serverPrefix { text += " (\(serverPrefix))" }
        text += ": \(message)"
        if mayHaveExecuted { text += " (the command may have run)" }
        return text
    }
}
