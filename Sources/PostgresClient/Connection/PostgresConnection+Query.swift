extension PostgresConnection {
    /// Runs one statement and returns its rows.
    ///
    /// Parameters are `$1`, `$2`…. Without a `timeout`, the configuration's statement timeout counts.
    package nonisolated func query(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        PostgresRows(try await statement("query", sql, parameters, timeout))
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    package nonisolated func execute(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> Int {
        try await statement("execute", sql, parameters, timeout).affectedRows
    }

    /// Runs a script of several statements without parameters, in one transaction of their own unless one is open.
    ///
    /// It has no timeout: migrations take as long as they take.
    package nonisolated func execute(script: String) async throws(PostgresError) {
        try await cancellable { (token) async throws(PostgresError) in
            _ = try await runScript("execute", script, token)
        }
    }

    private nonisolated func statement(
        _ operation: String,
        _ sql: String,
        _ parameters: [PostgresValue],
        _ timeout: Duration?
    ) async throws(PostgresError) -> LibpqResult {
        try await cancellable { (token) async throws(PostgresError) in
            try await runStatement(operation, sql, parameters, timeout ?? configuration.statementTimeout, token)
        }
    }

    private func runStatement(
        _ operation: String,
        _ sql: String,
        _ parameters: [PostgresValue],
        _ timeout: Duration?,
        _ token: StatementToken
    ) throws(PostgresError) -> LibpqResult {
        try run(operation, token, timeout) { session throws(PostgresError) in
            try session.send(sql, parameters, operation: operation)
        }
    }

    /// Runs a script under a token of the caller's choice: one of its own makes it deaf to the task's cancellation.
    func runScript(_ operation: String, _ script: String, _ token: StatementToken) throws(PostgresError) -> LibpqResult
    {
        try run(operation, token, nil) { session throws(PostgresError) in
            try session.send(script: script, operation: operation)
        }
    }
}
