import CLibpq

/// One result of libpq, freed with this object.
///
/// Unchecked Sendable: a PGresult is read-only after its creation and may be read by any thread (libpq manual, "Behavior
/// in Threaded Programs"); nothing here writes to it.
final class LibpqResult: @unchecked Sendable {
    /// What kind of result it is.
    enum Kind {
        case rows
        case command
        case copyIn
        case copyOut
        case empty
        case failure
    }

    private let pointer: OpaquePointer

    /// Takes a result over.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    /// What kind of result it is.
    var kind: Kind {
        switch PQresultStatus(pointer) {
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .rows
        case PGRES_COMMAND_OK: .command
        case PGRES_COPY_IN: .copyIn
        case PGRES_COPY_OUT: .copyOut
        case PGRES_EMPTY_QUERY: .empty
        default: .failure
        }
    }

    /// The number of rows returned.
    var rowCount: Int { Int(PQntuples(pointer)) }

    /// The number of rows that the command changed or copied.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// The command's tag, `COMMIT` for example.
    var commandTag: String { String(cString: PQcmdStatus(pointer)) }

    /// The columns in their order.
    func columns() -> [PostgresColumn] {
        (0..<PQnfields(pointer)).map { index in
            let name = PQfname(pointer, index).map { String(cString: $0) } ?? ""
            return PostgresColumn(name: name, type: PostgresType(oid: PQftype(pointer, index)))
        }
    }

    /// Whether a value is null.
    func isNull(row: Int, column: Int) -> Bool {
        PQgetisnull(pointer, Int32(row), Int32(column)) == 1
    }

    /// Lends the bytes of a value in text form; empty for null.
    func withBytes<R, E: Error>(
        row: Int,
        column: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let length = Int(PQgetlength(pointer, Int32(row), Int32(column)))
        let start = PQgetvalue(pointer, Int32(row), Int32(column)).map { UnsafeRawPointer($0) }
        return try body(UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: length))
    }

    /// The error that a failed result stands for.
    func error(operation: String) -> PostgresError {
        let state = field("C") ?? ""
        let names = ["c", "t", "n", "s", "d"].compactMap { field($0) }
        return PostgresError(
            code: PostgresError.Code(sqlState: state),
            sqlState: state.isEmpty ? nil : state,
            operation: operation,
            constraint: field("n"),
            table: field("t"),
            column: field("c"),
            summary: MessageRedaction.summary(field("M") ?? "no message", sqlState: state, names: names)
        )
    }

    /// A field of the error by its identifier (PostgreSQL manual, "Error and Notice Message Fields").
    private func field(_ identifier: Unicode.Scalar) -> String? {
        PQresultErrorField(pointer, Int32(identifier.value)).map { String(cString: $0) }
    }
}
