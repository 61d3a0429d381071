import Glibc

/// Cuts pieces of a table into lines, each of which should be one record; lines end with LF or CR LF.
final class FixedWidthReader {
    /// No layout comes near it: a longer line is no line of such a table.
    private static let maximumLine = 1 << 16

    private let layout: RecordLayout
    private let file: String
    private var carry: [UInt8] = []
    private var line = 0

    init(_ layout: RecordLayout, file: String) {
        self.layout = layout
        self.file = file
    }

    /// Takes the next piece and hands out the records that it completes.
    func read(_ piece: UnsafeRawBufferPointer, _ body: (FixedWidthRecord) throws -> Void) throws {
        var rest = piece
        while let base = rest.baseAddress, let end = memchr(base, Int32(UInt8(ascii: "\n")), rest.count) {
            let count = base.distance(to: UnsafeRawPointer(end))
            let part = UnsafeRawBufferPointer(rebasing: rest[..<count])
            rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
            if carry.isEmpty {
                try hand(part, body)
            } else {
                carry.append(contentsOf: part)
                try handCarry(body)
            }
        }
        carry.append(contentsOf: rest)
        guard carry.count <= Self.maximumLine else {
            throw PropertyDataError(
                .recordTooLong,
                file: file,
                line: line + 1,
                "the line has no end after \(carry.count) bytes; records of \(layout.kind) have \(layout.length)"
            )
        }
    }

    /// Hands out a last line without an end.
    func finish(_ body: (FixedWidthRecord) throws -> Void) throws {
        if !carry.isEmpty { try handCarry(body) }
    }

    private func handCarry(_ body: (FixedWidthRecord) throws -> Void) throws {
        try carry.withUnsafeBytes { try hand($0, body) }
        carry.removeAll(keepingCapacity: true)
    }

    private func hand(_ bytes: UnsafeRawBufferPointer, _ body: (FixedWidthRecord) throws -> Void) throws {
        line += 1
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\r") { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
        guard !bytes.isEmpty else { return }
        try body(FixedWidthRecord(bytes: bytes, layout: layout, file: file, line: line))
    }
}
