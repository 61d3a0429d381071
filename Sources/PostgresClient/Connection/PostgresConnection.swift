/// One session with the server, borrowed from the client's pool for the length of a `with…` scope.
///
/// Calls run one after the other. A call whose task is cancelled is cancelled on the server and throws `cancelled`;
/// the session stays usable. What a caller changes in the session itself (`SET`, temporary tables, session-level locks)
/// it has to put back.
package actor PostgresConnection {
    /// What occupies the session between two calls.
    enum Activity {
        case none
        case copyIn
        case copyOut
    }

    private let executor: ConnectionExecutor
    nonisolated let configuration: PostgresConfiguration
    var session: LibpqConnection?
    var activity = Activity.none

    /// The queue of this session.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    private init(_ configuration: PostgresConfiguration) {
        executor = ConnectionExecutor()
        self.configuration = configuration
    }

    /// Opens a session.
    static func open(_ configuration: PostgresConfiguration) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(configuration)
        try await cancellable { (token) async throws(PostgresError) in try await connection.connect(token) }
        return connection
    }

    private func connect(_ token: StatementToken) throws(PostgresError) {
        session = try LibpqConnection(
            configuration.sessionParameters,
            timeout: configuration.connectTimeout,
            token: token
        )
    }

    /// Ends the session.
    func close() {
        session = nil
    }

    /// Whether an idle session can take a statement, as far as can be told without asking the server.
    var isUsable: Bool {
        guard let session else { return false }
        return session.isIdle && !session.hasUnreadInput
    }

    /// Puts the session back into the state in which it was lent; false when it has to be closed instead.
    func reset() -> Bool {
        guard let session, activity == .none else { return false }
        if session.isInTransaction {
            // A body that threw between its own BEGIN and COMMIT: its work must not reach the next borrower.
            _ = try? run("rollback", StatementToken(), nil) { session throws(PostgresError) in
                try session.send(script: "ROLLBACK", operation: "rollback")
            }
        }
        return session.isIdle
    }

    /// Sends a command and gathers its results; the last one counts.
    ///
    /// Whatever happens, the command is over when this returns, or the session is closed.
    func run(
        _ operation: String,
        _ token: StatementToken,
        _ timeout: Duration?,
        _ send: (LibpqConnection) throws(PostgresError) -> Void
    ) throws(PostgresError) -> LibpqResult {
        let session = try idleSession(operation)
        return try supervise(operation, token) { () throws(PostgresError) in
            try send(session)
            return try results(session, operation, timeout.map { .now + $0 }, token)
        }
    }

    /// The session, when nothing occupies it.
    func idleSession(_ operation: String) throws(PostgresError) -> LibpqConnection {
        guard let session else {
            throw PostgresError(code: .connectionLost, operation: operation, summary: "the session has been closed")
        }
        guard activity == .none else {
            throw PostgresError(code: .usage, operation: operation, summary: "a COPY is under way on this session")
        }
        return session
    }

    /// Runs part of a command under its token: turns the server's "cancelled" into who did it, and closes the session
    /// when it was lost, when it did not react to a cancellation, or when a request for one is still under way.
    func supervise<R>(
        _ operation: String,
        _ token: StatementToken,
        _ body: () throws(PostgresError) -> R
    ) throws(PostgresError) -> R {
        guard token.start(session?.ticket) else {
            throw LibpqConnection.cancellation(.task, operation: operation)
        }
        let result = Result { () throws(PostgresError) in try body() }
        if !token.finish() { session = nil }
        do {
            return try result.get()
        } catch {
            let isServersAnswer = error.sqlState != nil || error.code == .usage
            if !isServersAnswer || error.code == .connectionLost { session = nil }
            if error.code == .cancelled, error.sqlState != nil, let reason = token.reason {
                var cancellation = LibpqConnection.cancellation(reason, operation: operation)
                cancellation.sqlState = error.sqlState
                throw cancellation
            }
            throw error
        }
    }

    /// Reads results up to the command's end; throws the first error among them.
    func results(
        _ session: LibpqConnection,
        _ operation: String,
        _ deadline: ContinuousClock.Instant?,
        _ token: StatementToken
    ) throws(PostgresError) -> LibpqResult {
        var last: LibpqResult?
        var failure: PostgresError?
        while let result = try session.nextResult(operation: operation, deadline: deadline, token: token) {
            switch result.kind {
            case .failure:
                failure = failure ?? result.error(operation: operation)
            case .copyIn, .copyOut:
                // The session cannot leave the COPY mode in good order here.
                self.session = nil
                throw PostgresError(code: .usage, operation: operation, summary: "COPY goes through copyIn and copyOut")
            case .rows, .command, .empty:
                last = result
            }
        }
        if let failure { throw failure }
        guard let last else {
            throw PostgresError(code: .connectionLost, operation: operation, summary: "the server sent no result")
        }
        return last
    }
}

/// Runs a call under a token that the cancellation of the current task cancels.
func cancellable<R: Sendable>(
    _ call: (StatementToken) async throws(PostgresError) -> R
) async throws(PostgresError) -> R {
    let token = StatementToken()
    let result = await withTaskCancellationHandler {
        do throws(PostgresError) {
            return Result<R, PostgresError>.success(try await call(token))
        } catch {
            return .failure(error)
        }
    } onCancel: {
        token.cancel(.task)
    }
    return try result.get()
}
