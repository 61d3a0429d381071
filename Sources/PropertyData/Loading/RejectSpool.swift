import Glibc
import PostgresClient

/// Keeps the violations of a file in a temporary file until the rows themselves are loaded: a session can run one COPY
/// at a time, and memory must not grow with the number of bad rows.
final class RejectSpool {
    private let runKey: String
    private var rows = CopyTextRows()
    private var stream: UnsafeMutablePointer<FILE>?
    private var hasFailed = false
    /// How many violations were kept.
    private(set) var count = 0

    init(runKey: String) {
        self.runKey = runKey
    }

    deinit {
        if let stream { fclose(stream) }
    }

    /// Keeps the violations of a row.
    func append(_ issues: [RowIssue]) {
        for issue in issues {
            rows.field(runKey)
            rows.field(issue.line)
            rows.field(issue.rule)
            rows.field(issue.field)
            rows.field(issue.value)
            rows.endRow()
        }
        count += issues.count
        if rows.byteCount >= 1 << 16 { write() }
    }

    /// Streams everything kept into a COPY of `rejected_rows (run_key, line, rule_id, field, value)`.
    func copy(to writer: inout PostgresCopyWriter) async throws {
        write()
        guard count > 0 else { return }
        guard !hasFailed, let stream, fflush(stream) == 0 else {
            throw PropertyDataError(
                .inputOutput,
                "the violations cannot be kept in a temporary file: is the disk full?"
            )
        }
        rewind(stream)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            try await writer.write(buffer[..<count])
        }
    }

    private func write() {
        guard rows.byteCount > 0 else { return }
        if stream == nil { stream = tmpfile() }
        let bytes = rows.drain()
        guard let stream, fwrite(bytes, 1, bytes.count, stream) == bytes.count else {
            hasFailed = true
            return
        }
    }
}
