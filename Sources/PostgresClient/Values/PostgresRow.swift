/// One row of a result.
package struct PostgresRow: Sendable {
    let rows: PostgresRows
    let index: Int

    /// The columns in their order.
    package var columns: [PostgresColumn] { rows.columns }

    /// The text form of a column's value; nil when it is null or when there is no such column.
    package subscript(name: String) -> String? {
        rows.positions[name].flatMap { self[$0] }
    }

    /// The text form of the value at a position; nil when it is null or when there is no such column.
    package subscript(position: Int) -> String? {
        guard columns.indices.contains(position), !rows.result.isNull(row: index, column: position) else { return nil }
        return rows.result.withBytes(row: index, column: position) { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads a column's value; a null is an error.
    package func decode<Value: PostgresDecodable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        try decode(position(of: name), as: type)
    }

    /// Reads a column's value, nil for null.
    package func decode<Value: PostgresDecodable>(
        _ name: String,
        as type: Value?.Type = Value?.self
    ) throws(PostgresError) -> Value? {
        try decode(position(of: name), as: type)
    }

    /// Reads the value at a position; a null is an error.
    package func decode<Value: PostgresDecodable>(
        _ position: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let value = try decode(position, as: Value?.self) else {
            throw decodingError(position, "is null, expected \(Value.self)")
        }
        return value
    }

    /// Reads the value at a position, nil for null.
    package func decode<Value: PostgresDecodable>(
        _ position: Int,
        as type: Value?.Type = Value?.self
    ) throws(PostgresError) -> Value? {
        guard columns.indices.contains(position) else {
            throw decodingError(position, "is missing: the row has \(columns.count) columns")
        }
        let columnType = columns[position].type
        guard Value.accepts(columnType) else {
            throw decodingError(position, "has type \(columnType), expected \(Value.self)")
        }
        guard !rows.result.isNull(row: index, column: position) else { return nil }
        guard let value = rows.result.withBytes(row: index, column: position, { Value(postgresText: $0) }) else {
            throw decodingError(position, "of type \(columnType) holds a value that is no \(Value.self)")
        }
        return value
    }

    private func position(of name: String) throws(PostgresError) -> Int {
        guard let position = rows.positions[name] else {
            let known = columns.map(\.name).joined(separator: ", ")
            throw PostgresError(
                code: .decoding,
                operation: "decode",
                column: name,
                summary: "there is no column \(name); the row has \(known)"
            )
        }
        return position
    }

    private func decodingError(_ position: Int, _ problem: String) -> PostgresError {
        let name = columns.indices.contains(position) ? columns[position].name : "#\(position)"
        return PostgresError(
            code: .decoding,
            operation: "decode",
            column: name,
            summary: "column \(name) \(problem)"
        )
    }
}
