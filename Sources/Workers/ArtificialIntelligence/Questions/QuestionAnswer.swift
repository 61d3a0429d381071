import JobQueue
import PostgresClient
import PropertyData

/// What a query came to: rows, each with where it can be found again, and the files that they are from.
struct QuestionAnswer: Sendable {
    /// One row of the answer.
    struct Row: Encodable, Sendable {
        /// The values by field.
        var values: [String: JSONValue]
        /// Table and key; empty for a computed row.
        var citation: String
    }

    /// A load that the rows are from.
    struct Source: Encodable, Sendable {
        var table: String
        var rolls: Int
        var rows: Int
        /// The newest of them.
        var loadedAt: String
        /// How many of the rolls are synthetic.
        var sampleRolls: Int

        private enum CodingKeys: String, CodingKey {
            case table, rolls, rows
            case loadedAt = "loaded_at"
            case sampleRolls = "sample_rolls"
        }

        static let schema = JSONSchema.object([
            .required("table", .string()),
            .required("rolls", .integer(minimum: 0)),
            .required("rows", .integer(minimum: 0)),
            .required("loaded_at", .string("the newest load")),
            .required("sample_rolls", .integer("how many are synthetic", minimum: 0)),
        ])
    }

    var rows: [Row] = []
    /// Rows that match, of which `rows` may be the first only.
    var total = 0
    var sources: [Source] = []
    /// Whether there is anything in the tables that could have answered.
    var hasData = false
    /// Why there is none, for a person.
    var gap = ""
    /// What the answer leaves out, for a person.
    var assumptions: [String] = []
}

/// Runs checked plans.
struct QuestionRunner {
    let client: PostgresClient
    let queue: JobQueue?

    /// Answers a plan that has been checked.
    func answer(_ plan: QuestionPlan, limit: Int) async throws -> QuestionAnswer {
        if plan.subject == .operation { return try await operations(plan, limit: limit) }
        let catalog = QuestionCatalog.of(plan.subject)
        var answer = QuestionAnswer()
        let exists = try await client.query("SELECT to_regclass($1) IS NOT NULL", [.text(catalog.table)])
        guard try exists.first?.decode(0) == true else {
            answer.gap = "table \(catalog.table) is not there: nothing of that kind was ever loaded"
            return answer
        }
        answer.sources = try await sources(catalog)
        // The catalog of loads can say that nothing is loaded; no other empty table is an answer.
        answer.hasData = plan.subject == .status || answer.sources.contains { $0.rows > 0 }
        guard answer.hasData else {
            answer.gap = "nothing is loaded into \(catalog.table)"
            return answer
        }
        let statement = QuestionStatement(plan, limit: limit)
        let rows = try await client.query(statement.sql, statement.parameters)
        for row in rows {
            var values: [String: JSONValue] = [:]
            for (index, column) in statement.columns.enumerated() {
                values[column] = try value(row, index, catalog.field(column)?.kind)
            }
            answer.rows.append(QuestionAnswer.Row(values: values, citation: try row.decode("citation")))
        }
        answer.total = try rows.first?.decode("total") ?? 0
        return answer
    }

    private func value(_ row: PostgresRow, _ index: Int, _ kind: QuestionCatalog.Kind?) throws -> JSONValue {
        guard let text = row[index] else { return .null }
        switch kind {
        case .county: return .string(Int(text).flatMap { number in countyName(number) } ?? text)
        case .truth: return .bool(text == "t")
        case .text: return .string(text)
        case .number, nil: return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .string(text)
        }
    }

    private func sources(_ catalog: QuestionCatalog) async throws -> [QuestionAnswer.Source] {
        guard catalog.table != "sunbiz_entities" else {
            let rows = try await client.query("SELECT count(*) FROM sunbiz_entities")
            let count: Int = try rows.first?.decode(0) ?? 0
            return [.init(table: catalog.table, rolls: 0, rows: count, loadedAt: "", sampleRolls: 0)]
        }
        let rows = try await client.query(
            """
            SELECT count(*) AS rolls, coalesce(sum(rows), 0)::bigint AS rows,
                coalesce(to_char(max(loaded_at), 'YYYY-MM-DD HH24:MI'), '') AS loaded_at,
                count(*) FILTER (WHERE is_sample) AS samples
            FROM (SELECT DISTINCT ON (dataset, co_no, year, roll) * FROM source_files
                WHERE status = 'loaded' AND ($1::text IS NULL OR dataset = $1)
                ORDER BY dataset, co_no, year, roll, loaded_at DESC, id DESC) f
            """,
            [PostgresValue(catalog.dataset?.rawValue)]
        )
        return try rows.map { row in
            QuestionAnswer.Source(
                table: catalog.table,
                rolls: try row.decode("rolls"),
                rows: try row.decode("rows"),
                loadedAt: try row.decode("loaded_at"),
                sampleRolls: try row.decode("samples")
            )
        }
    }
}
