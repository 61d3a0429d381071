/// A field of the current record: a range of the reader's buffer.
struct CSVField {
    var start: Int32
    var end: Int32
    /// Whether the field holds doubled quotes or control characters, which are taken out when the record is complete.
    var needsCleaning: Bool
    /// Whether the field was in quotes.
    var isQuoted: Bool
}
