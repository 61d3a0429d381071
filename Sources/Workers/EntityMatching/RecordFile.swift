import Foundation
import JobQueue
import PropertyData
package import RecordLinkage

/// A CSV file of records with a header line.
package struct RecordFile: Sendable {
    private let path: String

    /// Names a file.
    package init(path: String) {
        self.path = path
    }

    /// Reads all records; a line with fewer fields than the header has blank ones at its end.
    ///
    /// The file is UTF-8, or else ISO 8859-1 as a whole; its fields end with commas, semicolons, tabs or bars, whichever the
    /// header has most of.
    ///
    /// - Throws: ``JobFailure`` `file_unreadable`, `invalid_file` with the line, `CancellationError`.
    package func read() throws -> RecordTable {
        let encoding = try encoding()
        let reader = CSVReader(encoding: encoding, file: name)
        var table: RecordTable?
        var dialect: RecordDialect?
        do {
            try forEachPiece { piece in
                if dialect == nil { dialect = RecordDialect(piece) }
                if let translated = dialect?.translate(piece) {
                    translated.withUnsafeBytes { reader.append($0) }
                } else {
                    reader.append(piece)
                }
                try Self.take(reader, into: &table)
            }
            if let rest = dialect?.finish() { rest.withUnsafeBytes { reader.append($0) } }
            reader.finish()
            try Self.take(reader, into: &table)
        } catch let error as PropertyDataError {
            throw JobFailure(error)
        } catch let error as LinkageError {
            throw JobFailure("invalid_file", "\(name): \(error.message)", field: "file")
        }
        guard let table else { throw JobFailure("invalid_file", "\(name) has no header line", field: "file") }
        return table
    }

    private var name: String { URL(filePath: path).lastPathComponent }

    private func encoding() throws -> TextEncoding {
        var validator = UTF8Validator()
        try forEachPiece { validator.feed($0) }
        return validator.finish()
    }

    private static func take(_ reader: CSVReader, into table: inout RecordTable?) throws {
        while try reader.next() {
            guard table != nil else {
                table = RecordTable(names: reader.texts().map { $0.trimmingCharacters(in: .whitespaces) })
                continue
            }
            try table?.append { column in
                column < reader.fieldCount ? reader[column] : UnsafeBufferPointer(start: nil, count: 0)
            }
        }
    }

    private func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw JobFailure("file_unreadable", "\(name) cannot be opened", field: "file")
        }
        defer { try? file.close() }
        while true {
            try Task.checkCancellation()
            let piece: Data?
            do {
                piece = try file.read(upToCount: 1 << 20)
            } catch {
                throw JobFailure("file_unreadable", "\(name) cannot be read", field: "file", isRetryable: true)
            }
            guard let piece, !piece.isEmpty else { return }
            try piece.withUnsafeBytes(body)
        }
    }
}
