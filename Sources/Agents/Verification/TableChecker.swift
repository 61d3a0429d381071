import JobModel
import PostgresClient

/// Counts again, in the tables, what results of all workers claim to have written there.
struct TableChecker: ClaimChecker {
    let postgres: PostgresClient?

    /// A number of a result, and the statement that finds it anew.
    private struct Rule {
        /// The path of the number in the result.
        let field: String
        /// The statement; `$1`… are the texts that `arguments` lead to, or the step's job where there are none.
        let sql: String
        var arguments: [String] = []
        /// The table, for the words of the claim.
        let table: String
        /// Whether later runs may have taken the rows' place, so that none found says nothing.
        var mayBeReplaced = false
    }

    func claims(of step: FinishedStep) async throws -> [Claim] {
        guard let rules = Self.rules["\(step.worker).\(step.action)"] else { return [] }
        var claims: [Claim] = []
        for rule in rules {
            guard let claimed = step.number(rule.field) else { continue }
            claims.append(try await check(rule, claimed, step))
        }
        return claims
    }

    private func check(_ rule: Rule, _ claimed: Int, _ step: FinishedStep) async throws -> Claim {
        guard let postgres else {
            return .unchecked(step.name, rule.field, claimed: String(claimed), "this agent has no database")
        }
        var arguments = [step.job]
        if !rule.arguments.isEmpty {
            arguments = rule.arguments.compactMap { step.text($0) }
            guard arguments.count == rule.arguments.count else {
                let why = "the result does not say under which key its rows are kept"
                return .unchecked(step.name, rule.field, claimed: String(claimed), why)
            }
        }
        let rows: PostgresRows
        do {
            rows = try await postgres.query(rule.sql, arguments.map(PostgresValue.text))
        } catch let error as PostgresError where error.code == .undefinedTable {
            let why = "this agent's database has no table \(rule.table)"
            return .unchecked(step.name, rule.field, claimed: String(claimed), why)
        }
        guard let row = rows.first else {
            return Claim(
                step: step.name,
                subject: rule.field,
                claimed: String(claimed),
                found: nil,
                verdict: .refuted,
                how: "table \(rule.table) has no row of this run"
            )
        }
        let found: Int = try row.decode(0)
        if rule.mayBeReplaced, found < claimed {
            let why = "a later run may have taken their place: \(found) are left in \(rule.table)"
            return .unchecked(step.name, rule.field, claimed: String(claimed), why)
        }
        return .counted(step.name, rule.field, claimed: claimed, found: found, how: "counted in table \(rule.table)")
    }

    private static let rules: [String: [Rule]] = [
        "florida_data.process": [
            Rule(
                field: "rows_valid",
                sql: "SELECT rows FROM staged_files WHERE run_key = $1",
                arguments: ["staging.id"],
                table: "staged_files"
            ),
            Rule(
                field: "rows_invalid",
                sql: "SELECT invalid_rows FROM staged_files WHERE run_key = $1",
                arguments: ["staging.id"],
                table: "staged_files"
            ),
            Rule(
                field: "rejected_violations",
                sql: "SELECT count(*) FROM rejected_rows WHERE run_key = $1",
                arguments: ["staging.id"],
                table: "rejected_rows"
            ),
        ],
        "data_quality.validate": [
            Rule(
                field: "rows_checked",
                sql: "SELECT rows FROM quality_runs WHERE run_key = $1",
                arguments: ["run_id"],
                table: "quality_runs"
            ),
            Rule(
                field: "rows_invalid",
                sql: "SELECT invalid_rows FROM quality_runs WHERE run_key = $1",
                arguments: ["run_id"],
                table: "quality_runs"
            ),
            Rule(
                field: "rows_warned",
                sql: "SELECT warned_rows FROM quality_runs WHERE run_key = $1",
                arguments: ["run_id"],
                table: "quality_runs"
            ),
            Rule(
                field: "rules_failed",
                sql: "SELECT count(*) FROM quality_results WHERE run_key = $1 AND failed > 0",
                arguments: ["run_id"],
                table: "quality_results"
            ),
        ],
        "data_quality.load_data": [
            Rule(
                field: "rows_staged",
                sql: "SELECT rows FROM staged_files WHERE run_key = $1",
                arguments: ["staging.id"],
                table: "staged_files"
            ),
            Rule(
                field: "rows_invalid",
                sql: "SELECT invalid_rows FROM staged_files WHERE run_key = $1",
                arguments: ["staging.id"],
                table: "staged_files"
            ),
        ],
        "data_quality.create_mapping": [
            Rule(
                field: "version",
                sql: "SELECT version FROM quality_mappings WHERE name = $1 AND version = $2::integer",
                arguments: ["name", "version"],
                table: "quality_mappings"
            )
        ],
        "sunbiz.sync_entities": [
            Rule(
                field: "files_loaded",
                sql: "SELECT count(*) FROM sunbiz_loads WHERE run_key = $1 AND status = 'loaded'",
                table: "sunbiz_loads"
            ),
            Rule(
                field: "records",
                sql: """
                    SELECT coalesce(sum((report->>'records')::bigint), 0)::bigint FROM sunbiz_loads
                    WHERE run_key = $1 AND status = 'loaded'
                    """,
                table: "sunbiz_loads"
            ),
        ],
        "entity_matching.match_entities": matching,
        "entity_matching.deduplicate": [
            Rule(
                field: "merged",
                // Those of a person's decision came later; see `matching`.
                sql: "SELECT count(*) FROM entity_merges WHERE run_id = $1 AND rule NOT LIKE 'a person''s decision%'",
                arguments: ["run_id"],
                table: "entity_merges"
            )
        ] + matching.map(nested),
        "entity_matching.link_properties_to_entities": [
            Rule(
                field: "links",
                sql: "SELECT count(*) FROM property_entity_links WHERE run_id = $1",
                arguments: ["run_id"],
                table: "property_entity_links",
                mayBeReplaced: true
            ),
            Rule(
                field: "properties",
                sql: "SELECT count(DISTINCT (co_no, parcel_id, role)) FROM property_entity_links WHERE run_id = $1",
                arguments: ["run_id"],
                table: "property_entity_links",
                mayBeReplaced: true
            ),
            Rule(
                field: "entities",
                sql: "SELECT count(DISTINCT doc_number) FROM property_entity_links WHERE run_id = $1",
                arguments: ["run_id"],
                table: "property_entity_links",
                mayBeReplaced: true
            ),
        ],
        "ai_ml.assign_use_codes": [
            Rule(
                field: "assigned",
                sql: "SELECT count(*) FROM use_code_assignments WHERE run_key = $1",
                arguments: ["run_id"],
                table: "use_code_assignments"
            )
        ],
        "ai_ml.run_monitoring_ai": [
            Rule(
                field: "series",
                sql: "SELECT series FROM monitoring_runs WHERE run_key = $1",
                table: "monitoring_runs"
            )
        ],
    ]

    /// The result was written before a person decided about the pairs in doubt, which changes their rows afterwards: what
    /// is counted is the state before the review.
    private static let matching = [
        Rule(
            field: "left_records",
            sql: "SELECT left_records FROM entity_match_runs WHERE run_id = $1",
            arguments: ["run_id"],
            table: "entity_match_runs"
        ),
        Rule(
            field: "right_records",
            sql: "SELECT right_records FROM entity_match_runs WHERE run_id = $1",
            arguments: ["run_id"],
            table: "entity_match_runs"
        ),
        Rule(
            field: "accepted",
            sql: "SELECT count(*) FROM entity_matches WHERE run_id = $1 AND decided = 'accepted' AND NOT is_by_person",
            arguments: ["run_id"],
            table: "entity_matches"
        ),
        Rule(
            field: "in_review",
            sql: "SELECT count(*) FROM entity_matches WHERE run_id = $1 AND (decided = 'review' OR is_by_person)",
            arguments: ["run_id"],
            table: "entity_matches"
        ),
    ]

    /// The rule for a summary that stands in member `matching`.
    private static func nested(_ rule: Rule) -> Rule {
        Rule(
            field: "matching.\(rule.field)",
            sql: rule.sql,
            arguments: rule.arguments.map { "matching.\($0)" },
            table: rule.table
        )
    }
}
