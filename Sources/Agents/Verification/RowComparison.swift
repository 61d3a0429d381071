import JobModel
import PostgresClient

/// Compares records of a file with the rows of the live table, column by column.
///
/// What the file and the table are called alike is compared: texts without blanks and control characters, since the
/// loader cleans those away; numbers by their value. Differences name columns, never values.
struct RowComparison: Sendable {
    let load: RollLoad
    /// The columns of the file that the table may have, by their place.
    let columns: [String: Int]
    let postgres: PostgresClient

    init(load: RollLoad, header: [String], postgres: PostgresClient) {
        self.load = load
        self.postgres = postgres
        columns = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// How a record differs from its row; nil where it does not.
    func difference(of record: RawTable.Record) async throws -> String? {
        let lines = record.firstLine...record.lastLine
        if try await load.isRejected(lines, postgres) { return nil }
        for encoding in Encoding.allCases {
            let key = load.table.key.compactMap { columns[$0] }.map { text(record, $0, encoding) }
            guard key.count == load.table.key.count else { return "the file lacks a column of the key" }
            guard let row = try await load.live(key.map(Self.trimmed), postgres) else { continue }
            let differing = try Self.differing(columns, JSONValue(parsing: row)) { text(record, $0, encoding) }
            if differing.isEmpty { return nil }
            if encoding == Encoding.allCases.last || record.isASCII {
                return "differs in \(differing.sorted().joined(separator: ", "))"
            }
        }
        return "is not in the table"
    }

    private enum Encoding: CaseIterable {
        case utf8, latin1
    }

    private func text(_ record: RawTable.Record, _ place: Int, _ encoding: Encoding) -> String {
        guard place < record.fields.count else { return "" }
        switch encoding {
        case .utf8: return String(decoding: record.fields[place], as: UTF8.self)
        case .latin1:
            var text = ""
            text.unicodeScalars.append(contentsOf: record.fields[place].map { Unicode.Scalar($0) })
            return text
        }
    }

    private static func trimmed(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }
        let plain = String(String.UnicodeScalarView(kept))
        return String(plain.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func differing(_ columns: [String: Int], _ row: JSONValue, _ text: (Int) -> String) -> [String] {
        columns.compactMap { name, place in
            guard let value = row[name] else { return nil }
            return agrees(text(place), value) ? nil : name
        }
    }

    private static func agrees(_ raw: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: return bare(raw).isEmpty || Double(bare(raw)) == nil
        case .integer, .number: return Double(bare(raw)) == value.double
        case .string(let text): return bare(raw) == bare(text)
        case .bool, .array, .object: return true
        }
    }

    private static func bare(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value > 0x20 && !(0x7f...0xa0).contains($0.value) }
            )
        )
    }
}

extension RawTable.Record {
    fileprivate var isASCII: Bool { fields.allSatisfy { $0.allSatisfy { $0 < 0x80 } } }
}
