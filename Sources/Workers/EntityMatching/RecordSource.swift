import JobQueue
import RecordLinkage

/// Where records come from: a table of the database or a CSV file, as a job's parameters name it.
///
/// A text is a table, or a file when it ends in `.csv` or has a slash.
struct RecordSource: Decodable, Sendable {
    /// A table's name.
    var table: String?
    /// A file's path.
    var file: String?
    /// The column that names a record; guessed for files, the primary key for tables.
    var key: String?
    /// The kind of each column to compare by; guessed where it is not given.
    var columns: [String: ColumnKind]?

    private enum CodingKeys: String, CodingKey { case table, file, key, columns }

    init(table: String) { self.table = table }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            if text.contains("/") || text.hasSuffix(".csv") { file = text } else { table = text }
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        table = try container.decodeIfPresent(String.self, forKey: .table)
        file = try container.decodeIfPresent(String.self, forKey: .file)
        key = try container.decodeIfPresent(String.self, forKey: .key)
        columns = try container.decodeIfPresent([String: ColumnKind].self, forKey: .columns)
    }

    /// What the records are called in tables and results.
    var kind: String {
        table ?? file.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
    }

    static let schema: JSONSchema = {
        let kinds = ColumnKind.allCases.map(\.rawValue)
        var schema = JSONSchema.object(
            [
                .optional("table", .string("A table, or `property_owners` for the owners in parcels and tangible.")),
                .optional(
                    "file",
                    .string("A CSV file with a header, in the work folder or in the folder of a source.")
                ),
                .optional("key", .string("The column that names a record.")),
                .optional("columns", .map(of: .string(enum: kinds), "The kind of each column to compare by.")),
            ],
            "Records: a table's name, a CSV file's path, or an object with more to say."
        )
        schema.kinds.append(.string)
        return schema
    }()
}
