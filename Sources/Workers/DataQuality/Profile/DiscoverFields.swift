import JobQueue
import PropertyData

/// `data_quality.discover_fields`: what the columns of a table, a file or given rows are, from their values.
///
/// No value of a row is told but the short codes of columns that consist of them; text is told by its form.
struct DiscoverFields: Action {
    static let name = "discover_fields"
    static let summary =
        "Infers the columns of a table, a CSV or given rows from their values: type, null rate, widths, distinct count, "
        + "forms; and compares them with a dataset's layout."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// A table of the property database.
        var table: String?
        /// A CSV or a zip with one, in the work folder or the source's folder.
        var path: String?
        /// Rows, each an object of field names and values.
        var data: [[String: JSONValue]]?
        /// The dataset whose layout the columns are compared with.
        var dataset: String?
        /// The most rows that are looked at.
        var sampleRows: Int?

        private enum CodingKeys: String, CodingKey {
            case table, path, data, dataset
            case sampleRows = "sample_rows"
        }
    }

    struct Field: Encodable, Sendable {
        let name: String
        let type: String
        let purity: Double
        let nullRate: Double
        let minimumWidth: Int?
        let maximumWidth: Int
        /// Nil for more than ten thousand.
        let distinct: Int?
        let shapes: [String]
        let values: [String]
        /// The layout's field, nil for a column that it does not know.
        let layoutField: String?
        /// How the column differs from it.
        let differences: [String]

        private enum CodingKeys: String, CodingKey {
            case name, type, purity, distinct, shapes, values, differences
            case nullRate = "null_rate"
            case minimumWidth = "minimum_width"
            case maximumWidth = "maximum_width"
            case layoutField = "layout_field"
        }
    }

    struct Result: Encodable, Sendable {
        let rowsSampled: Int
        let rowsTotal: Int
        let fields: [Field]
        let unknownFields: [String]
        let missingFields: [String]

        private enum CodingKeys: String, CodingKey {
            case fields
            case rowsSampled = "rows_sampled"
            case rowsTotal = "rows_total"
            case unknownFields = "unknown_fields"
            case missingFields = "missing_fields"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let limit = parameters.sampleRows ?? 100_000
        guard (1...10_000_000).contains(limit) else {
            throw JobFailure("invalid_parameters", "from 1 to 10000000 rows", field: "sample_rows")
        }
        let layout = try parameters.dataset.map { name throws(JobFailure) in
            guard let dataset = Dataset(parsing: name) else {
                throw JobFailure("unknown_dataset", "is none of NAL, SDF and NAP", field: "dataset")
            }
            return FileLayout.of(dataset)
        }
        let input = try TableInput(
            data: parameters.data,
            path: parameters.path,
            table: parameters.table,
            environment: environment
        )
        return try await JobFailure.naming {
            let profile = try await TableProfile.read(input, limit: limit) {
                context.report(done: $0, total: $1, unit: $2)
            }
            let fields = profile.columns.map { Field($0, layout) }
            let known = Set(fields.compactMap(\.layoutField))
            let result = Result(
                rowsSampled: profile.sampled,
                rowsTotal: profile.total,
                fields: fields,
                unknownFields: layout == nil ? [] : fields.filter { $0.layoutField == nil }.map(\.name),
                missingFields: layout?.fields.map(\.name).filter { !known.contains($0) } ?? []
            )
            return .measured(result, parts: profile.parts)
        }
    }
}

extension DiscoverFields.Field {
    init(_ column: ColumnProfile, _ layout: FileLayout?) {
        name = column.name
        type = column.type
        purity = column.purity
        nullRate = column.rows == 0 ? 0 : Double(column.blanks) / Double(column.rows)
        minimumWidth = column.filled == 0 ? nil : column.minimumWidth
        maximumWidth = column.maximumWidth
        distinct = column.distinctCount
        shapes = column.commonShapes
        values = column.codeValues
        let field = layout?.index(of: column.name).flatMap { layout?.fields[$0] }
        layoutField = field?.name
        var differences: [String] = []
        if let field {
            if column.maximumWidth > field.width.maximum {
                differences.append("wider than the layout's \(field.width.maximum) characters")
            }
            if field.requirement == .required, column.blanks > 0 {
                differences.append("blank on \(column.blanks) rows though required")
            }
            if field.kind.isNumber, column.filled > 0, column.type != "integer", column.type != "number" {
                differences.append("not a number though the layout has \(field.kind.rawValue)")
            }
        }
        self.differences = differences
    }
}

/// The profiles of a table's columns, from its first rows.
struct TableProfile {
    var columns: [ColumnProfile]
    var sampled: Int
    var total: Int

    /// Reads a table; rows beyond the limit are counted only.
    static func read(_ input: TableInput, limit: Int, _ progress: @escaping ProgressReport) async throws -> TableProfile
    {
        var profile = TableProfile(columns: [], sampled: 0, total: 0)
        try await input.read(progress: progress) { header in
            profile.columns = header.map { ColumnProfile(name: $0) }
        } row: { values, _ in
            profile.total += 1
            guard profile.sampled < limit else { return true }
            profile.sampled += 1
            for index in profile.columns.indices {
                profile.columns[index].add(index < values.count ? values[index] : "")
            }
            return true
        }
        return profile
    }

    /// What the confidence rests on.
    var parts: [ConfidencePart] {
        let filled = columns.filter { $0.filled > 0 }
        let purity = filled.isEmpty ? 0 : filled.reduce(0) { $0 + $1.purity } / Double(filled.count)
        return [
            ConfidencePart(
                "rows_sampled",
                total == 0 ? 0 : Double(sampled) / Double(total),
                basis: "\(sampled) of \(total) rows"
            ),
            ConfidencePart(
                "type_purity",
                purity,
                basis: "the mean share of values that are of their column's type, over \(filled.count) filled columns"
            ),
        ]
    }
}
