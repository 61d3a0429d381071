/// A record or a field of one that cannot be used as it is.
package struct RecordDefect: Sendable, Codable, Equatable, CustomStringConvertible {
    /// The table's name, within an archive where there is one.
    package let file: String
    /// The line in it, from 1.
    package let line: Int
    /// The field's name, nil for the record as a whole.
    package let field: String?
    /// What is wrong, without the value: it may name a person.
    package let message: String

    /// Place and message in one line.
    package var description: String {
        "\(file), line \(line)\(field.map { ", \($0)" } ?? ""): \(message)"
    }
}

/// Counts defects and keeps the first of them.
struct DefectTally {
    /// How many are kept: a wrong file has one on every line.
    private static let sampleLimit = 20

    /// Records that were not loaded.
    private(set) var malformed = 0
    /// Fields that became null.
    private(set) var fields = 0
    private(set) var samples: [RecordDefect] = []

    /// Counts a record that cannot be loaded.
    mutating func malformed(_ record: FixedWidthRecord, _ message: String, field: String? = nil) {
        malformed += 1
        keep(RecordDefect(file: record.file, line: record.line, field: field, message: message))
    }

    /// Counts a field that has no usable value.
    mutating func field(_ record: FixedWidthRecord, _ field: RecordField, _ message: String) {
        fields += 1
        keep(RecordDefect(file: record.file, line: record.line, field: field.name, message: message))
    }

    private mutating func keep(_ defect: RecordDefect) {
        if samples.count < Self.sampleLimit { samples.append(defect) }
    }
}
