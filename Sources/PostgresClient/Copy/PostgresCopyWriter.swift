/// Writes the data of a COPY, in pieces of 64 KiB.
///
/// Rows are encoded into `rows` without waiting; `flushIfFull` after each row, or each few, sends what has gathered.
package struct PostgresCopyWriter {
    /// How many bytes make a piece.
    package static let chunkSize = 64 * 1_024

    /// The rows gathered so far, in COPY's text format.
    package var rows = CopyTextRows()
    private let connection: PostgresConnection

    init(connection: PostgresConnection) {
        self.connection = connection
    }

    /// Adds bytes in the format that the COPY statement names, and sends full pieces.
    package mutating func write(_ bytes: some Sequence<UInt8>) async throws(PostgresError) {
        rows.append(raw: bytes)
        try await flushIfFull()
    }

    /// Sends what has gathered when it makes a piece.
    package mutating func flushIfFull() async throws(PostgresError) {
        if rows.byteCount >= Self.chunkSize { try await flush() }
    }

    /// Sends what has gathered.
    package mutating func flush() async throws(PostgresError) {
        guard rows.byteCount > 0 else { return }
        try await send(rows.take(reserving: Self.chunkSize + 4_096))
    }

    /// Sends the rows of a COPY in binary format, when they make a piece.
    package func flushIfFull(_ rows: CopyBinaryRows) async throws(PostgresError) {
        if rows.byteCount >= Self.chunkSize { try await send(rows.take()) }
    }

    /// Sends the last rows of a COPY in binary format.
    package func finish(_ rows: CopyBinaryRows) async throws(PostgresError) {
        rows.finish()
        try await send(rows.take())
    }

    private func send(_ chunk: [UInt8]) async throws(PostgresError) {
        try await cancellable { (token) async throws(PostgresError) in try await connection.sendChunk(chunk, token) }
    }
}
