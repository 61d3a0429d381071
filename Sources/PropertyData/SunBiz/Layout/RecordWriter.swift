/// Writes fixed-width records: the opposite of ``FixedWidthRecord``.
struct RecordWriter {
    private let layout: RecordLayout
    private(set) var bytes: [UInt8] = []

    init(_ kind: SunBizKind) {
        layout = RecordLayout.of(kind)
    }

    /// Adds a record of the fields that have a value; what is too long for its field is cut, filler is NUL.
    mutating func append(_ values: [String: String]) {
        for field in layout.fields {
            let filler: UInt8 = field.name == "FILLER" ? 0 : UInt8(ascii: " ")
            let value = (values[field.name] ?? "").utf8.prefix(field.length)
            bytes += value
            bytes += repeatElement(filler, count: field.length - value.count)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
