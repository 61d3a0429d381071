import JobModel
import PostgresClient

/// Looks up, one by one, what results list as stored: rules, files of SunBiz, healed issues, filled gaps.
struct RecordedChecker: ClaimChecker {
    let postgres: PostgresClient?

    func claims(of step: FinishedStep) async throws -> [Claim] {
        switch "\(step.worker).\(step.action)" {
        case "ai_ml.store_rules":
            return try await listed(step, "rules", table: "rules") { rule in
                guard let id = rule["rule_id"]?.string, let version = rule["version"]?.int else { return nil }
                return (
                    "SELECT count(*) FROM rules WHERE rule_id = $1 AND version = $2", [.text(id), .int(version)]
                )
            }
        case "sunbiz.sync_entities":
            return try await listed(step, "files", table: "sunbiz_loads") { file in
                guard let name = file["name"]?.string, let hash = file["sha256"]?.string else { return nil }
                return (
                    "SELECT count(*) FROM sunbiz_loads WHERE name = $1 AND sha256 = $2 AND status = 'loaded'",
                    [.text(name), .text(hash)]
                )
            }
        case "ai_ml.execute_self_healing":
            return try await listed(step, "handled", table: "healing_log") { issue in
                guard let type = issue["issue_type"]?.string, let subject = issue["subject"]?.string else { return nil }
                return (
                    "SELECT count(*) FROM healing_log WHERE run_key = $1 AND issue_type = $2 AND subject = $3",
                    [.text(step.job), .text(type), .text(subject)]
                )
            }
        case "florida_data.fill_gaps":
            return try await listed(step, "filled", table: "source_files") { gap in
                guard let name = gap["file"]?.string, let rows = gap["rows"]?.int else { return nil }
                return (
                    "SELECT count(*) FROM source_files WHERE file_name = $1 AND rows = $2", [.text(name), .int(rows)]
                )
            }
        default: return []
        }
    }

    /// One claim over a list of the result: each element has its row.
    private func listed(
        _ step: FinishedStep,
        _ list: String,
        table: String,
        _ statement: (JSONValue) -> (sql: String, arguments: [PostgresValue])?
    ) async throws -> [Claim] {
        guard case .array(let elements)? = step.result[list], !elements.isEmpty else { return [] }
        guard let postgres else {
            return [.unchecked(step.name, list, claimed: String(elements.count), "this agent has no database")]
        }
        var found = 0
        var missing: [Int] = []
        for (index, element) in elements.enumerated() {
            guard let (sql, arguments) = statement(element) else { continue }
            let count: Int
            do {
                count = try await postgres.query(sql, arguments).first?.decode(0) ?? 0
            } catch let error as PostgresError where error.code == .undefinedTable {
                let why = "this agent's database has no table \(table)"
                return [.unchecked(step.name, list, claimed: String(elements.count), why)]
            }
            if count > 0 { found += 1 } else { missing.append(index) }
        }
        let how =
            missing.isEmpty
            ? "looked up in table \(table)"
            : "table \(table) lacks \(list)[\(missing.prefix(5).map(String.init).joined(separator: ", "))]"
        return [.counted(step.name, list, claimed: elements.count, found: found, how: how)]
    }
}
