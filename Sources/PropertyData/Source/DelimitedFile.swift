/// A CSV under any name and with any header, plain or as the only CSV of a zip.
package struct DelimitedFile: Sendable {
    /// The path.
    package let path: String
    /// How many bytes the table has.
    package let tableByteCount: Int
    private let entry: ZipEntry?

    /// Opens a file; refuses an HTML page and an archive without exactly one CSV.
    package init(path: String) throws(PropertyDataError) {
        let file = try RandomAccessFile(path)
        self.path = path
        let start = try file.bytes(at: 0, count: min(512, file.byteCount)) ?? []
        guard !ZipDirectory.looksLikeHTML(start) else { throw ZipDirectory.notAnArchive(file, start) }
        guard start.starts(with: [0x50, 0x4b]) else {
            entry = nil
            tableByteCount = file.byteCount
            return
        }
        let entries = try ZipDirectory.read(file).filter {
            $0.name.lowercased().hasSuffix(".csv") || $0.name.lowercased().hasSuffix(".txt")
        }
        guard let table = entries.first, entries.count == 1 else {
            throw PropertyDataError(
                .unexpectedContent,
                file: file.name,
                "expected a zip with one CSV, found \(entries.count)"
            )
        }
        entry = table
        tableByteCount = table.byteCount
    }

    /// Hands out the header and then each row as texts, with its line; the body says whether to go on.
    ///
    /// The encoding is decided by a pass over the whole table before. Progress counts bytes of the second pass.
    package func read(
        progress: ProgressReport? = nil,
        header: ([String]) throws -> Void,
        row: (_ values: [String], _ line: Int) throws -> Bool
    ) async throws {
        var validator = UTF8Validator()
        let first = try stream()
        while let piece = try first.next() {
            validator.feed(piece)
            try Task.checkCancellation()
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let reader = CSVReader(encoding: validator.finish(), file: name)
        let stream = try stream()
        var rows = RowSplitter(reader: reader)
        while let piece = try stream.next() {
            reader.append(piece)
            guard try rows.drain(header, row) else { return }
            try Task.checkCancellation()
            try await progress?(stream.position, tableByteCount, "bytes")
        }
        reader.finish()
        _ = try rows.drain(header, row)
        guard rows.hasHeader else { throw PropertyDataError(.wrongHeader, file: name, "the table is empty") }
    }

    /// Hands over the bytes of the table as they are in the file, unpacked where it is a zip, whose CRC is checked.
    ///
    /// - Throws: ``PropertyDataError`` for a damaged archive; what the body throws; `CancellationError`.
    package func readBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) async throws {
        let stream = try stream()
        while let piece = try stream.next() {
            try body(piece)
            try Task.checkCancellation()
        }
    }

    private func stream() throws(PropertyDataError) -> TaxRollStream {
        let file = try RandomAccessFile(path)
        guard let entry else { return TaxRollStream(plain: file) }
        return TaxRollStream(zipped: try ZipEntryStream(file, entry))
    }
}

/// Tells the header of a CSV from its rows.
package struct RowSplitter {
    private let reader: CSVReader
    /// Whether the header was there.
    package private(set) var hasHeader = false

    /// Splits what a reader reads.
    package init(reader: CSVReader) {
        self.reader = reader
    }

    /// Hands out what the reader has; false when the body wants no more.
    package mutating func drain(
        _ header: ([String]) throws -> Void,
        _ row: (_ values: [String], _ line: Int) throws -> Bool
    ) throws -> Bool {
        while try reader.next() {
            if hasHeader {
                guard try row(reader.texts(), reader.line) else { return false }
            } else {
                hasHeader = true
                try header(reader.texts())
            }
        }
        return true
    }
}
