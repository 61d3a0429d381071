/// Where a field's value lies in the reader's buffer.
struct FieldRange {
    var start: Int32 = 0
    var count: Int32 = 0
}

/// The current row of a file, by the layout's fields; valid until the reader goes on.
///
/// Values are without spaces around them, and empty where the field is blank or the file lacks its column.
package struct RollRow {
    let bytes: UnsafePointer<UInt8>
    let ranges: UnsafePointer<FieldRange>
    /// The line on which the row begins.
    package let line: Int

    /// The bytes of a field.
    @inline(__always)
    package subscript(field: Int) -> UnsafeBufferPointer<UInt8> {
        let range = ranges[field]
        return UnsafeBufferPointer(start: bytes + Int(range.start), count: Int(range.count))
    }

    /// Whether a field has no value.
    @inline(__always)
    package func isBlank(_ field: Int) -> Bool { ranges[field].count == 0 }

    /// The whole number in a field, nil for a blank or anything else.
    @inline(__always)
    package func integer(_ field: Int) -> Int? { DecimalText.integer(self[field]) }

    /// The whole number in a field, 0 for a blank; nil for anything else.
    @inline(__always)
    package func amount(_ field: Int) -> Int? { isBlank(field) ? 0 : integer(field) }

    /// Whether a field has this text.
    @inline(__always)
    package func equals(_ field: Int, _ text: StaticString) -> Bool {
        let value = self[field]
        guard value.count == text.utf8CodeUnitCount else { return false }
        return UnsafeBufferPointer(start: text.utf8Start, count: value.count).elementsEqual(value)
    }

    /// The text of a field.
    package func text(_ field: Int) -> String { String(decoding: self[field], as: UTF8.self) }

    /// A hash of one field.
    @inline(__always)
    func hash(of field: Int) -> UInt64 {
        var hash = RowHasher()
        hash.combine(self[field])
        return hash.finish().low
    }

    /// A hash of some fields.
    func hash(_ fields: [Int]) -> RowHash {
        var hash = RowHasher()
        for field in fields { hash.combine(self[field]) }
        return hash.finish()
    }
}
