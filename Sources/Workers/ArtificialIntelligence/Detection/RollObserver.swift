import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Measures live rolls once for each load, and keeps what it measured in `metric_points`.
struct RollObserver {
    let client: PostgresClient

    /// A dataset's table, the columns watched for blanks, and the columns that together describe the thing itself:
    /// rows that agree in all of them and differ in their key only are duplicates.
    struct Watch: Sendable {
        let table: String
        let columns: [String]
        let sameThing: [String]
    }

    /// What is watched, by dataset.
    static func watch(_ dataset: Dataset) -> Watch {
        let columns = FillRate.columns[dataset]?.names ?? []
        return switch dataset {
        case .nal: Watch(table: "parcels", columns: columns, sameThing: ["state_par_id"])
        case .sdf:
            Watch(
                table: "sales",
                columns: columns,
                sameThing: ["parcel_id", "sale_yr", "sale_mo", "sale_prc", "clerk_no"]
            )
        case .nap:
            Watch(
                table: "tangible",
                columns: columns,
                sameThing: ["own_nam", "own_addr", "phy_addr", "naics_cd", "jv_total"]
            )
        }
    }

    /// Measures the rolls whose last load was not measured yet; returns how many that were.
    func observe(_ rolls: [LoadedRoll], _ context: JobContext) async throws -> Int {
        let rows = try await client.query(
            "SELECT DISTINCT point_key FROM metric_points WHERE metric = 'rows' AND point_key LIKE 'file:%'"
        )
        let known = Set(try rows.map { try $0.decode(0, as: String.self) })
        let new = rolls.filter { !known.contains("file:\($0.fileID)") }
        for (index, roll) in new.enumerated() {
            try Task.checkCancellation()
            context.report(done: index, total: new.count, unit: "rolls")
            try await MetricStore(client: client).record(try await measure(roll), key: "file:\(roll.fileID)")
        }
        return new.count
    }

    private func measure(_ roll: LoadedRoll) async throws -> [MetricPoint] {
        let watch = Self.watch(roll.identity.dataset)
        // All names of tables and columns are the constants above.
        let blanks = watch.columns.map { "count(*) - count(\($0))" }.joined(separator: ", ")
        let rows = try await client.query(
            """
            SELECT count(*), \(blanks) FROM \(watch.table)
            WHERE co_no = $1::smallint AND asmnt_yr = $2::smallint AND roll = $3
            """,
            roll.identity.parameters
        )
        guard let row = rows.first else { return [] }
        let total: Int = try row.decode(0)
        let now = Date()
        let subject = roll.identity.description
        var points = [MetricPoint(metric: "rows", subject: subject, at: now, value: Double(total))]
        for (index, column) in watch.columns.enumerated() {
            let blank: Int = try row.decode(index + 1)
            points.append(
                MetricPoint(
                    metric: "null:\(column)",
                    subject: subject,
                    at: now,
                    value: total == 0 ? 0 : Double(blank) / Double(total),
                    weight: Double(total)
                )
            )
        }
        let extra = try await Self.countDuplicates(roll.identity, client)
        let share = total == 0 ? 0 : Double(extra) / Double(total)
        points.append(MetricPoint(metric: "duplicates", subject: subject, at: now, value: share, weight: Double(total)))
        return points
    }

    /// Live rows of a roll that repeat another one, now.
    static func countDuplicates(_ identity: RollIdentity, _ client: PostgresClient) async throws -> Int {
        let watch = watch(identity.dataset)
        let columns = watch.sameThing.joined(separator: ", ")
        let rows = try await client.query(
            """
            SELECT coalesce(sum(n - 1), 0)::bigint FROM (
                SELECT count(*) AS n FROM \(watch.table)
                WHERE co_no = $1::smallint AND asmnt_yr = $2::smallint AND roll = $3
                    AND \(watch.sameThing.map { "\($0) IS NOT NULL" }.joined(separator: " AND "))
                GROUP BY \(columns) HAVING count(*) > 1
            ) AS groups
            """,
            identity.parameters
        )
        return try rows.first?.decode(0) ?? 0
    }
}

extension RollIdentity {
    /// County, year and roll, as `$1` to `$3`.
    var parameters: [PostgresValue] { [.int(county.number), .int(year), .text(roll.rawValue)] }

    /// Reads what `description` writes, such as `NAL 16 2025P`; nil for anything else.
    init?(describedAs text: String) {
        guard let match = text.wholeMatch(of: #/(NAL|SDF|NAP) (\d{2}) (\d{4})([PF])/#),
            let dataset = Dataset(rawValue: String(match.1)), let number = Int(match.2),
            let county = try? County(number: number), let year = Int(match.3),
            let roll = Roll(rawValue: String(match.4))
        else { return nil }
        self.init(dataset: dataset, county: county, roll: roll, year: year)
    }
}
