extension PostgresError {
    /// The error of a session that could not be opened, from libpq's text.
    ///
    /// libpq keeps no SQLSTATE of a failed start-up, so that the words have to do; they name host, port, user and
    /// database, never the password.
    static func connecting(message: String, wantsPassword: Bool) -> PostgresError {
        let line = message.split(separator: "\n").first.map(String.init) ?? "no reason given"
        let refusals = ["authentication failed", "pg_hba.conf", "does not exist", "not permitted to log in"]
        let pauses = [
            "is starting up", "is shutting down", "in recovery mode", "too many clients", "too many connections",
        ]
        let pausing = pauses.contains { message.contains($0) } || message.contains("remaining connection slots")
        let code: Code =
            if pausing {
                .serverUnavailable
            } else if wantsPassword || (message.contains("FATAL:") && refusals.contains { message.contains($0) }) {
                .authentication
            } else {
                .connectionFailed
            }
        return PostgresError(code: code, operation: "connect", summary: line)
    }
}
