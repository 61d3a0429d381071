/// A failed call of the PostgreSQL client.
///
/// It holds no SQL, no parameter, no value of a row and no password: the server's DETAIL and HINT are never read, and
/// whatever its primary message quotes is struck out unless it is the name of a table, column or constraint.
package struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Equatable, CaseIterable {
        /// The address or an option is not valid.
        case configuration
        /// No session could be opened.
        case connectionFailed
        /// The session ended while it was in use.
        case connectionLost
        /// The server refused the user, the password or the database.
        case authentication
        /// The server is starting, stopping or out of resources.
        case serverUnavailable
        /// The statement ran into its timeout.
        case timedOut
        /// The statement was cancelled.
        case cancelled
        /// No pooled session became free in time.
        case poolTimeout
        /// As many tasks wait for a session as may.
        case poolQueueFull
        /// The client has been closed.
        case closed
        /// A unique or exclusion constraint was violated.
        case uniqueViolation
        /// A foreign key was violated.
        case foreignKeyViolation
        /// A column that must have a value got none.
        case notNullViolation
        /// A check constraint was violated.
        case checkViolation
        /// Concurrent transactions cannot be serialized: run the transaction again.
        case serializationFailure
        /// A deadlock was broken by ending this transaction: run it again.
        case deadlock
        /// A lock was not available.
        case lockNotAvailable
        /// The transaction had failed before, so that its commit rolled it back.
        case transactionAborted
        /// The session was lost during COMMIT: the transaction is either committed or not.
        case commitUnknown
        /// There is no such table.
        case undefinedTable
        /// There is no such column.
        case undefinedColumn
        /// There is already such a table, schema, column or other object.
        case duplicateObject
        /// The SQL is wrong in another way.
        case syntax
        /// The user may not do that.
        case insufficientPrivilege
        /// A value is outside its type's range or too long.
        case outOfRange
        /// A value is not of its type's form.
        case invalidText
        /// The migrations do not fit the database's.
        case migration
        /// A column is missing in a result or has another type than asked for.
        case decoding
        /// The client was used against its rules.
        case usage
        /// Any other error of the server; the SQLSTATE tells which.
        case server
    }

    /// The reason.
    package var code: Code
    /// The server's five-character SQLSTATE, nil when the error arose in the client.
    package var sqlState: String?
    /// What was being done: `connect`, `query`, `copy in`, `commit`….
    package var operation: String
    /// The violated constraint's name.
    package var constraint: String?
    /// The table's name.
    package var table: String?
    /// The column's name.
    package var column: String?
    /// What happened, without any value.
    package var summary: String

    /// Creates an error.
    package init(
        code: Code,
        sqlState: String? = nil,
        operation: String,
        constraint: String? = nil,
        table: String? = nil,
        column: String? = nil,
        summary: String
    ) {
        self.code = code
        self.sqlState = sqlState
        self.operation = operation
        self.constraint = constraint
        self.table = table
        self.column = column
        self.summary = summary
    }

    /// Whether the same work may succeed when it is run again from its start.
    package var isRetryable: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .serverUnavailable, .poolTimeout, .poolQueueFull,
            .serializationFailure,
            .deadlock, .lockNotAvailable, .timedOut:
            true
        default:
            false
        }
    }

    /// Code, SQLSTATE, operation and summary in one line, free of data.
    package var description: String {
        let state = sqlState.map { " [\($0)]" } ?? ""
        return "\(code.rawValue)\(state) in \(operation): \(summary)"
    }
}
