/// One line of a fixed-width table; valid until the reader goes on.
///
/// Fields are sliced as bytes and decoded afterwards: a character of several bytes takes as many columns.
package struct FixedWidthRecord {
    let bytes: UnsafeRawBufferPointer
    /// What its fields are.
    package let layout: RecordLayout
    /// The table that it is in.
    package let file: String
    /// Its line in the table, from 1.
    package let line: Int

    /// How many bytes the line has.
    package var length: Int { bytes.count }

    /// Whether the line has the layout's length; filler at the end may be missing.
    ///
    /// The fields of another line would be cut at the wrong places.
    package var isConforming: Bool { bytes.count <= layout.length && bytes.count >= layout.contentLength }

    /// The bytes of a field without blanks and control characters around them.
    package func slice(_ field: RecordField) -> UnsafeRawBufferPointer {
        slice(field.offset, field.length)
    }

    /// The bytes of some columns without blanks and control characters around them.
    func slice(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
        var start = min(offset, bytes.count)
        var end = min(offset + length, bytes.count)
        while start < end, bytes[start] <= 0x20 { start += 1 }
        while start < end, bytes[end - 1] <= 0x20 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    /// The text of a field, nil for a blank one.
    package func text(_ field: RecordField) -> String? { text(field.offset, field.length) }

    /// The text of some columns, nil for blank ones.
    func text(_ offset: Int, _ length: Int) -> String? {
        let slice = slice(offset, length)
        guard !slice.isEmpty else { return nil }
        let isCut = offset + length <= bytes.count && bytes[offset + length - 1] >= 0x80
        return FieldText.decode(slice, mayBeCut: isCut)
    }

    /// A hash of the whole record, by which a changed one is known.
    var hash: Int {
        var hasher = RowHasher()
        hasher.combine(UnsafeRawBufferPointer(rebasing: bytes.prefix(layout.contentLength)).bindMemory(to: UInt8.self))
        return Int(Int64(bitPattern: hasher.finish().low))
    }
}

/// How the bytes of a field become a text.
enum FieldText {
    /// UTF-8, or else ISO 8859-1; control characters become spaces.
    ///
    /// A field that is full (`mayBeCut`) may have cut its last character, which is then left out.
    static func decode(_ bytes: UnsafeRawBufferPointer, mayBeCut: Bool) -> String {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(decoding: bytes, as: UTF8.self) }
        let plain = bytes.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: " ") : $0 }
        if let text = String(validating: plain, as: UTF8.self) { return text }
        if mayBeCut, let lead = plain.suffix(3).lastIndex(where: { $0 >= 0xc2 }),
            let text = String(validating: plain[..<lead], as: UTF8.self)
        {
            return text
        }
        return String(String.UnicodeScalarView(plain.map { Unicode.Scalar($0) }))
    }
}
