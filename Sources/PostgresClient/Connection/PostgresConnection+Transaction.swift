/// How far a transaction sees what others do (manual, "Transaction Isolation").
package enum PostgresIsolation: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// The transaction sees what was committed before it began.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with `serializationFailure`.
    case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
    /// Runs the body in a transaction: committed when it returns, rolled back when it throws or is cancelled.
    ///
    /// Errors of the body are passed on as they are. A `commitUnknown` means that the session was lost during COMMIT.
    @discardableResult
    package nonisolated func withTransaction<R: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        _ = try await cancellable { (token) async throws(PostgresError) in
            try await begin(isolation, token)
        }
        let value: R
        do {
            value = try await body(self)
            try Task.checkCancellation()
        } catch {
            await rollback()
            throw error
        }
        try await commit()
        return value
    }

    private func begin(_ isolation: PostgresIsolation, _ token: StatementToken) throws(PostgresError) {
        guard session?.isInTransaction != true else {
            throw PostgresError(code: .usage, operation: "begin", summary: "a transaction is open on this session")
        }
        _ = try runScript("begin", "BEGIN ISOLATION LEVEL \(isolation.rawValue)", token)
    }

    /// Rolls back, also for a cancelled task; a session that cannot is closed.
    private func rollback() {
        activity = .none
        do {
            _ = try runScript("rollback", "ROLLBACK", StatementToken())
        } catch {
            // The error that led here is the one to tell; the server rolls back when the session ends.
            session = nil
        }
    }

    /// Commits; not to be cancelled, since nobody could tell then whether it had happened.
    private func commit() throws(PostgresError) {
        do throws(PostgresError) {
            let result = try runScript("commit", "COMMIT", StatementToken())
            guard result.commandTag == "COMMIT" else {
                throw PostgresError(
                    code: .transactionAborted,
                    operation: "commit",
                    summary: "a statement had failed before, so that the transaction was rolled back"
                )
            }
        } catch  where error.code == .connectionLost {
            throw PostgresError(
                code: .commitUnknown,
                sqlState: error.sqlState,
                operation: "commit",
                summary: "the session was lost during COMMIT: the transaction is either committed or not"
            )
        }
    }
}
