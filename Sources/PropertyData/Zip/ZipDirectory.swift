/// Reads the central directory of a zip archive (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5), zip64 included.
enum ZipDirectory {
    private static let endSignature: UInt32 = 0x0605_4b50
    private static let end64Signature: UInt32 = 0x0606_4b50
    private static let locator64Signature: UInt32 = 0x0706_4b50
    private static let entrySignature: UInt32 = 0x0201_4b50

    /// The archive's files; refuses what is none, naming what was found.
    static func read(_ file: RandomAccessFile) throws(PropertyDataError) -> [ZipEntry] {
        let start = try file.bytes(at: 0, count: min(512, file.byteCount)) ?? []
        guard start.starts(with: [0x50, 0x4b]) else { throw notAnArchive(file, start) }
        guard let (count, size, offset) = try location(file) else {
            throw PropertyDataError(
                .truncatedArchive,
                file: file.name,
                "the zip has no directory at its end: the download stopped after \(file.byteCount) bytes"
            )
        }
        guard let directory = try file.bytes(at: offset, count: size) else {
            throw PropertyDataError(.truncatedArchive, file: file.name, "the zip's directory is incomplete")
        }
        var entries: [ZipEntry] = []
        var cursor = LittleEndianCursor(directory)
        for _ in 0..<count {
            guard let entry = entry(&cursor) else {
                throw PropertyDataError(.corruptArchive, file: file.name, "the zip's directory is damaged")
            }
            entries.append(entry)
        }
        return entries
    }

    /// The error for a file that is no zip: mostly the page that the portal sends for a wrong path.
    static func notAnArchive(_ file: RandomAccessFile, _ start: [UInt8]) -> PropertyDataError {
        if looksLikeHTML(start) {
            return PropertyDataError(
                .htmlPage,
                file: file.name,
                "an HTML page of \(file.byteCount) bytes, not a zip: the portal answers a wrong path with an HTML page "
                    + "and status 200, so the path or the county's spelling is wrong"
            )
        }
        let what = start.isEmpty ? "the file is empty" : "the file does not begin with PK"
        return PropertyDataError(.notAnArchive, file: file.name, "not a zip: \(what)")
    }

    /// Whether a file begins as an HTML page does.
    static func looksLikeHTML(_ start: [UInt8]) -> Bool {
        let text = String(decoding: start.prefix(512), as: UTF8.self).lowercased()
        let begin = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
        return begin.hasPrefix("<!doctype") || begin.hasPrefix("<html") || begin.hasPrefix("<head")
            || (begin.hasPrefix("<") && text.contains("<html"))
    }

    /// The directory's number of entries, size and place; nil when the archive has no end record.
    private static func location(_ file: RandomAccessFile) throws(PropertyDataError) -> (Int, Int, Int)? {
        let length = min(file.byteCount, 22 + 65_535)
        let base = file.byteCount - length
        guard length >= 22, let tail = try file.bytes(at: base, count: length) else { return nil }
        let found = stride(from: length - 22, through: 0, by: -1).first { index in
            tail[index] == 0x50 && tail[index + 1] == 0x4b && tail[index + 2] == 5 && tail[index + 3] == 6
        }
        guard let found else { return nil }
        var cursor = LittleEndianCursor(Array(tail[(found + 10)...]))
        guard let count = cursor.number(2), let size = cursor.number(4), let offset = cursor.number(4) else {
            return nil
        }
        guard count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff else { return (count, size, offset) }
        guard let locator = try file.bytes(at: base + found - 20, count: 20) else { return (count, size, offset) }
        var place = LittleEndianCursor(locator)
        guard place.number(4) == Int(locator64Signature), place.skip(4), let record = place.number(8),
            let end = try file.bytes(at: record, count: 56)
        else { return (count, size, offset) }
        var end64 = LittleEndianCursor(end)
        guard end64.number(4) == Int(end64Signature), end64.skip(28), let count64 = end64.number(8),
            let size64 = end64.number(8), let offset64 = end64.number(8)
        else { return nil }
        return (count64, size64, offset64)
    }

    private static func entry(_ cursor: inout LittleEndianCursor) -> ZipEntry? {
        guard cursor.number(4) == Int(entrySignature), cursor.skip(4), let flags = cursor.number(2),
            let method = cursor.number(2), cursor.skip(4), let checksum = cursor.number(4),
            var compressed = cursor.number(4), var size = cursor.number(4), let nameCount = cursor.number(2),
            let extraCount = cursor.number(2), let commentCount = cursor.number(2), cursor.skip(8),
            var offset = cursor.number(4), let name = cursor.bytes(nameCount), let extra = cursor.bytes(extraCount),
            cursor.skip(commentCount)
        else { return nil }
        var fields = LittleEndianCursor(extra)
        while let id = fields.number(2), let length = fields.number(2), let body = fields.bytes(length) {
            guard id == 1 else { continue }
            // The zip64 field has only those of the numbers that did not fit, in this order.
            var numbers = LittleEndianCursor(body)
            if size == 0xffff_ffff { size = numbers.number(8) ?? size }
            if compressed == 0xffff_ffff { compressed = numbers.number(8) ?? compressed }
            if offset == 0xffff_ffff { offset = numbers.number(8) ?? offset }
        }
        return ZipEntry(
            name: String(decoding: name, as: UTF8.self),
            method: method,
            checksum: UInt32(checksum),
            compressedCount: compressed,
            byteCount: size,
            headerOffset: offset,
            isEncrypted: flags & 1 == 1
        )
    }
}
