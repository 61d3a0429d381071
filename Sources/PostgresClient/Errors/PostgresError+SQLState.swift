extension PostgresError.Code {
    /// The reason that a SQLSTATE stands for (PostgreSQL manual, appendix A).
    init(sqlState: String) {
        self = Self.byState[sqlState] ?? Self.byClass[String(sqlState.prefix(2))] ?? .server
    }

    private static let byState: [String: Self] = [
        "22001": .outOfRange, "22003": .outOfRange, "22008": .outOfRange,
        "22007": .invalidText, "22021": .invalidText, "22P02": .invalidText, "22P03": .invalidText,
        "22P04": .invalidText, "22023": .invalidText,
        "23502": .notNullViolation, "23503": .foreignKeyViolation, "23505": .uniqueViolation,
        "23514": .checkViolation, "23P01": .uniqueViolation,
        "25P02": .transactionAborted,
        "40001": .serializationFailure, "40P01": .deadlock,
        "42501": .insufficientPrivilege, "42703": .undefinedColumn, "42P01": .undefinedTable,
        "42701": .duplicateObject, "42710": .duplicateObject, "42P04": .duplicateObject, "42P06": .duplicateObject,
        "42P07": .duplicateObject,
        "55P03": .lockNotAvailable,
        "57014": .cancelled,
        "57P01": .connectionLost, "57P02": .connectionLost, "57P03": .serverUnavailable, "57P05": .connectionLost,
    ]

    private static let byClass: [String: Self] = [
        "08": .connectionLost, "28": .authentication, "3D": .authentication, "40": .serializationFailure, "42": .syntax,
        "53": .serverUnavailable,
    ]
}
