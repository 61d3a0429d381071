/// Reports progress: done, total if known, unit.
///
/// May throw to stop the work.
package typealias ProgressReport = @Sendable (_ done: Int, _ total: Int?, _ unit: String) async throws -> Void

/// What a file is, after all of it has been read and verified once.
package struct FileInspection: Sendable, Codable, Equatable {
    /// The file's name on disk.
    package let file: String
    /// The Department's name of the table.
    package let name: TaxRollFileName
    /// SHA-256 of the file on disk, in hexadecimal.
    package let sha256: String
    /// How many bytes the file has on disk.
    package let bytes: Int
    /// How many bytes the table has.
    package let tableBytes: Int
    /// How many lines the table has, the header included.
    package let lines: Int
    /// How its bytes become characters.
    package let encoding: TextEncoding
}

extension TaxRollFile {
    /// Reads the whole file once: verifies a zip's CRC, hashes the file, decides on the encoding, counts the lines.
    ///
    /// Reading blocks the current executor for some milliseconds at a time; cancellation is noticed between pieces.
    package func inspect(progress: ProgressReport? = nil) async throws -> FileInspection {
        let hash = try await FileHash.sha256(ofFile: path)
        let stream = try stream()
        var validator = UTF8Validator()
        var lines = 0
        var isLineOpen = false
        while let piece = try stream.next() {
            validator.feed(piece)
            lines += piece.count { $0 == UInt8(ascii: "\n") }
            isLineOpen = piece.last != UInt8(ascii: "\n")
            try Task.checkCancellation()
            try await progress?(stream.position, tableByteCount, "bytes")
        }
        return FileInspection(
            file: fileName,
            name: name,
            sha256: hash,
            bytes: byteCount,
            tableBytes: stream.position,
            lines: lines + (isLineOpen ? 1 : 0),
            encoding: validator.finish()
        )
    }
}
