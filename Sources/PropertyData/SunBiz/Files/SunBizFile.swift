/// A bulk file of the Division on disk: plain, gzip, or a zip with one table or its shards.
package struct SunBizFile: Sendable {
    private enum Form: Sendable {
        case plain
        case gzip
        case zip([ZipEntry])
    }

    /// The path.
    package let path: String
    /// What the file is, by the Division's name.
    package let name: SunBizFileName
    /// How many bytes the file has on disk.
    package let byteCount: Int
    private let form: Form

    /// Opens a file and finds out what it is; refuses an HTML page, a cut archive and an archive of something else.
    package init(path: String) throws(PropertyDataError) {
        let file = try RandomAccessFile(path)
        guard let name = SunBizFileName(parsing: path) else {
            throw PropertyDataError(
                .invalidFileName,
                file: file.name,
                "not a name of the Division's, such as 20260413c.txt, 20260413ce.txt, cordata3.txt, ficfile.zip"
            )
        }
        let start = try file.bytes(at: 0, count: min(512, file.byteCount)) ?? []
        self.path = path
        self.name = name
        byteCount = file.byteCount
        if start.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
            form = .zip(try Self.tables(in: file, name))
        } else if start.starts(with: [0x1f, 0x8b]) {
            form = .gzip
        } else {
            guard !ZipDirectory.looksLikeHTML(start), !name.isCompressed else {
                throw PropertyDataError(
                    ZipDirectory.looksLikeHTML(start) ? .htmlPage : .notAnArchive,
                    file: file.name,
                    "is neither a table of fixed-width records nor an archive of one"
                )
            }
            form = .plain
        }
    }

    private static func tables(
        in file: RandomAccessFile,
        _ name: SunBizFileName
    ) throws(PropertyDataError) -> [ZipEntry] {
        let entries = try ZipDirectory.read(file).filter { !$0.name.hasSuffix("/") }
        let tables = entries.filter { SunBizFileName(parsing: $0.name)?.kind == name.kind }
        guard !tables.isEmpty, tables.count == entries.count else {
            let names = entries.prefix(5).map { String($0.name.prefix(60)) }.joined(separator: ", ")
            throw PropertyDataError(
                .unexpectedContent,
                file: file.name,
                "expected tables of \(name.kind) only, found \(names.isEmpty ? "nothing" : names)"
            )
        }
        return tables.sorted { $0.name < $1.name }
    }

    /// The layout of its records.
    package var layout: RecordLayout { RecordLayout.of(name.kind) }

    /// How many bytes its tables have; nil for a gzip, which tells at its end only.
    package var tableByteCount: Int? {
        switch form {
        case .plain: byteCount
        case .gzip: nil
        case .zip(let entries): entries.reduce(0) { $0 + $1.byteCount }
        }
    }

    /// Hands out every record of every table in order, at constant memory, and returns how many bytes there were.
    ///
    /// A record is valid within the call only. Progress counts bytes of the tables; cancellation is noticed every 256
    /// KiB. What the body throws ends the reading.
    @discardableResult
    package func read(
        progress: ProgressReport? = nil,
        betweenPieces: () async throws -> Void = {},
        _ body: (FixedWidthRecord) throws -> Void
    ) async throws -> Int {
        var position = 0
        let file = try RandomAccessFile(path)
        let streams: [(name: String?, () throws(PropertyDataError) -> TableStream)] =
            switch form {
            case .plain: [(nil, { () throws(PropertyDataError) in TableStream(.plain(file)) })]
            case .gzip: [(nil, { () throws(PropertyDataError) in TableStream(.gzip(try GzipStream(file))) })]
            case .zip(let entries):
                entries.map { entry in
                    (
                        entry.name,
                        { () throws(PropertyDataError) in TableStream(.zipped(try ZipEntryStream(file, entry))) }
                    )
                }
            }
        for (table, open) in streams {
            let stream = try open()
            let reader = FixedWidthReader(layout, file: table ?? name.text)
            while let piece = try stream.next() {
                position += piece.count
                try reader.read(piece, body)
                try Task.checkCancellation()
                try await betweenPieces()
                try await progress?(position, tableByteCount, "bytes")
            }
            try reader.finish(body)
        }
        return position
    }
}

/// The bytes of one table, piece by piece.
private final class TableStream {
    enum Origin {
        case plain(RandomAccessFile)
        case gzip(GzipStream)
        case zipped(ZipEntryStream)
    }

    private let origin: Origin
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private var position = 0

    init(_ origin: Origin) {
        self.origin = origin
    }

    deinit {
        buffer.deallocate()
    }

    /// The next piece, valid until the next call; nil at the end.
    func next() throws(PropertyDataError) -> UnsafeRawBufferPointer? {
        let count =
            switch origin {
            case .plain(let file): try file.read(into: buffer, at: position)
            case .gzip(let stream): try stream.read(into: buffer)
            case .zipped(let entry): try entry.read(into: buffer)
            }
        position += count
        return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
