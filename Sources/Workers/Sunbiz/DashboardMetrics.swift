import Foundation
import JobQueue
import PostgresClient

/// `sunbiz.generate_dashboard_metrics`: numbers of the register as it is here, all from one snapshot of the tables.
struct DashboardMetrics: Action {
    static let name = "generate_dashboard_metrics"
    static let summary =
        "Counts the register's entities by status and filing type, new filings by day and the busiest corporate "
        + "registered agents, from the tables alone."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// How many days of filings are counted, back from the last filing that is not in the future.
        var days: Int?
        /// How many agents are listed.
        var agents: Int?
    }

    struct Day: Encodable, Sendable {
        let date: String
        let filings: Int
    }

    struct Agent: Encodable, Sendable {
        let name: String
        let entities: Int
    }

    struct Result: Encodable, Sendable {
        var entities = 0
        var byStatus: [String: Int] = [:]
        var byFilingType: [String: Int] = [:]
        var officers = 0
        var events = 0
        var fictitiousNames = 0
        /// Entities whose agent is a person; persons are counted, not listed.
        var personalAgents = 0
        var topAgents: [Agent] = []
        var filingsByDay: [Day] = []
        var filesLoaded = 0
        var lastSyncAt: Date?
        var isSample = false

        private enum CodingKeys: String, CodingKey {
            case entities, officers, events
            case byStatus = "by_status"
            case byFilingType = "by_filing_type"
            case fictitiousNames = "fictitious_names"
            case personalAgents = "personal_agents"
            case topAgents = "top_agents"
            case filingsByDay = "filings_by_day"
            case filesLoaded = "files_loaded"
            case lastSyncAt = "last_sync_at"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let days = parameters.days ?? 30
        let agents = parameters.agents ?? 10
        guard (1...366).contains(days) else {
            throw JobFailure("invalid_parameters", "from 1 to 366 days", field: "days")
        }
        guard (0...100).contains(agents) else {
            throw JobFailure("invalid_parameters", "from 0 to 100 agents", field: "agents")
        }
        let client = try environment.database()
        return try await JobFailure.naming {
            let result = try await client.withTransaction { connection in
                try await connection.execute(script: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                return try await Self.read(connection, days: days, agents: agents, context)
            }
            return .measured(result, parts: Self.parts(result))
        }
    }

    private static func read(
        _ connection: PostgresConnection,
        days: Int,
        agents: Int,
        _ context: JobContext
    ) async throws -> Result {
        var result = Result()
        let totals = try await connection.query(
            """
            SELECT (SELECT count(*) FROM sunbiz_entities) AS entities, (SELECT count(*) FROM sunbiz_officers) AS officers,
                (SELECT count(*) FROM sunbiz_events) AS events, (SELECT count(*) FROM sunbiz_files) AS files,
                (SELECT count(*) FROM sunbiz_fictitious_names) AS names,
                (SELECT count(*) FROM sunbiz_entities WHERE ra_type = 'P') AS personal,
                (SELECT max(processed_at) FROM sunbiz_files) AS last_sync,
                (SELECT coalesce(bool_or(is_sample), false) FROM sunbiz_files) AS is_sample
            """
        )
        context.report(done: 1, total: 3, unit: "queries")
        if let row = totals.first {
            result.entities = try row.decode("entities")
            result.officers = try row.decode("officers")
            result.events = try row.decode("events")
            result.fictitiousNames = try row.decode("names")
            result.personalAgents = try row.decode("personal")
            result.filesLoaded = try row.decode("files")
            result.lastSyncAt = try row.decode("last_sync")
            result.isSample = try row.decode("is_sample")
        }
        let groups = try await connection.query(
            """
            SELECT coalesce(status, 'unknown') AS status, coalesce(filing_type, 'unknown') AS type, count(*) AS entities
            FROM sunbiz_entities GROUP BY 1, 2
            """
        )
        for row in groups {
            let count: Int = try row.decode("entities")
            result.byStatus[try row.decode("status"), default: 0] += count
            result.byFilingType[try row.decode("type"), default: 0] += count
        }
        context.report(done: 2, total: 3, unit: "queries")
        // A filing date may lie in the future: such filings are counted when their day has come.
        let filings = try await connection.query(
            """
            SELECT file_date::text AS day, count(*) AS filings FROM sunbiz_entities
            WHERE file_date <= current_date
                AND file_date > (SELECT max(file_date) FROM sunbiz_entities WHERE file_date <= current_date) - $1::integer
            GROUP BY file_date ORDER BY file_date
            """,
            [.int(days)]
        )
        result.filingsByDay = try filings.map {
            Day(date: try $0.decode("day"), filings: try $0.decode("filings"))
        }
        let top = try await connection.query(
            """
            SELECT ra_name, count(*) AS entities FROM sunbiz_entities WHERE ra_type = 'C' AND ra_name IS NOT NULL
            GROUP BY ra_name ORDER BY count(*) DESC, ra_name LIMIT $1
            """,
            [.int(agents)]
        )
        result.topAgents = try top.map { Agent(name: try $0.decode("ra_name"), entities: try $0.decode("entities")) }
        context.report(done: 3, total: 3, unit: "queries")
        return result
    }

    /// Counts are exact where there is something to count; that the groups add up shows that one snapshot was read.
    private static func parts(_ result: Result) -> [ConfidencePart] {
        let statuses = result.byStatus.values.reduce(0, +)
        let types = result.byFilingType.values.reduce(0, +)
        let agrees = statuses == result.entities && types == result.entities
        let blocks = [result.entities > 0, result.officers > 0, !result.filingsByDay.isEmpty, result.filesLoaded > 0]
        let filled = blocks.count { $0 }
        return [
            ConfidencePart(
                "counts_agree",
                agrees ? 1 : 0,
                basis: "\(statuses) by status and \(types) by type of \(result.entities) entities"
            ),
            ConfidencePart(
                "metrics_with_data",
                Double(filled) / Double(blocks.count),
                basis: "\(filled) of \(blocks.count) groups of metrics have data: entities, officers, filings, files"
            ),
        ]
    }
}
