import JobModel
import PostgresClient
import PropertyData

/// Files that were loaded: tax rolls and files of the Division.
struct LoadedFiles: SearchPlace {
    let kind = SearchKind.file
    let postgres: PostgresClient?

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let postgres else { throw SearchUnavailable(reason: "this agent has no database") }
        let rolls = try await postgres.query(
            """
            SELECT f.file_name, f.dataset, c.name AS county, f.year, f.roll, f.rows, f.sha256, f.is_sample,
                to_char(f.loaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS loaded
            FROM source_files f JOIN counties c USING (co_no) WHERE f.status = 'loaded'
            ORDER BY f.loaded_at DESC LIMIT 5000
            """
        )
        var found = try rolls.map { row in
            let dataset: String = try row.decode("dataset")
            let roll: String = try row.decode("roll")
            let county: String = try row.decode("county")
            let year: Int = try row.decode("year")
            return SearchCandidate(
                kind: .file,
                name: try row.decode("file_name"),
                title: "\(dataset) of \(county) \(year), \(roll == "P" ? "preliminary" : "final")",
                keywords: "\(RollWords.meaning(of: dataset)) \(try row.decode("sha256", as: String.self))",
                facts: [
                    "rows": String(try row.decode("rows", as: Int.self)), "sha256": try row.decode("sha256"),
                    "loaded_at": try row.decode("loaded"),
                    "is_sample": String(try row.decode("is_sample", as: Bool.self)),
                ]
            )
        }
        let register = try await postgres.query(
            "SELECT name, kind, issued_on::text AS issued, records, sha256 FROM sunbiz_files ORDER BY issued_on DESC LIMIT 5000"
        )
        found += try register.map { row in
            let kind: String = try row.decode("kind")
            return SearchCandidate(
                kind: .file,
                name: try row.decode("name"),
                title: "SunBiz \(kind) of \(try row.decode("issued", as: String.self))",
                keywords: "sunbiz division corporations \(try row.decode("sha256", as: String.self))",
                facts: [
                    "records": String(try row.decode("records", as: Int.self)), "sha256": try row.decode("sha256"),
                ]
            )
        }
        return found
    }
}

/// The tables of the database.
struct DatabaseTables: SearchPlace {
    let kind = SearchKind.table
    let postgres: PostgresClient?

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let postgres else { throw SearchUnavailable(reason: "this agent has no database") }
        let rows = try await postgres.query(
            """
            SELECT c.relname AS name, c.relkind = 'p' AS is_partitioned,
                (SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
                greatest(0, CASE WHEN c.relkind = 'p'
                    THEN (SELECT coalesce(sum(greatest(p.reltuples, 0)), 0) FROM pg_inherits i
                        JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid)
                    ELSE c.reltuples END)::bigint AS estimate
            FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
                AND NOT c.relispartition
            """
        )
        return try rows.map { row in
            let columns: String = try row.decode("columns", as: String?.self) ?? ""
            let name: String = try row.decode("name")
            return SearchCandidate(
                kind: .table,
                name: name,
                title: RollWords.meaning(ofTable: name),
                keywords: columns,
                facts: [
                    "columns": String(columns.split(separator: " ").count),
                    "rows_estimated": String(try row.decode("estimate", as: Int.self)),
                ]
            )
        }
    }
}

/// The columns of the tables, and the fields of the Department's files with their titles.
struct TableFields: SearchPlace {
    let kind = SearchKind.field
    let postgres: PostgresClient?

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        var found = Dataset.allCases.flatMap { dataset in
            FileLayout.of(dataset).fields.map { field in
                SearchCandidate(
                    kind: .field,
                    name: "\(dataset.rawValue).\(field.name)",
                    title: field.title,
                    keywords: RollWords.meaning(of: dataset.rawValue),
                    facts: ["position": String(field.position), "type": field.kind.rawValue]
                )
            }
        }
        guard let postgres else { return found }
        let rows = try await postgres.query(
            """
            SELECT c.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND a.attnum > 0 AND NOT a.attisdropped
            """
        )
        found += try rows.map { row in
            let table: String = try row.decode("table_name")
            return SearchCandidate(
                kind: .field,
                name: "\(table).\(try row.decode("name", as: String.self))",
                title: "column of table \(table)",
                keywords: RollWords.meaning(ofTable: table),
                facts: ["type": try row.decode("type")]
            )
        }
        return found
    }
}

/// The rules: those built in for each dataset, and those that a deployment has stored.
struct Rules: SearchPlace {
    let kind = SearchKind.rule
    let postgres: PostgresClient?

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        var found = Dataset.allCases.flatMap { dataset in
            ValidationRule.all(for: dataset).map { rule in
                SearchCandidate(
                    kind: .rule,
                    name: rule.id,
                    title: rule.title,
                    keywords: "\(rule.kind.rawValue) \(rule.fields.joined(separator: " ")) built in",
                    facts: [
                        "severity": rule.severity.rawValue, "level": rule.level.rawValue, "source": "built in",
                    ]
                )
            }
        }
        guard let postgres else { return found }
        let rows: PostgresRows
        do {
            rows = try await postgres.query(
                "SELECT rule_id, version, kind, body::text AS body FROM rules WHERE active"
            )
        } catch let error as PostgresError where error.code == .undefinedTable {
            return found  // No worker has made the table yet.
        }
        found += try rows.map { row in
            SearchCandidate(
                kind: .rule,
                name: try row.decode("rule_id"),
                title: "stored rule of kind \(try row.decode("kind", as: String.self))",
                keywords: String(try row.decode("body", as: String.self).prefix(2000)),
                facts: ["version": String(try row.decode("version", as: Int.self)), "source": "stored"]
            )
        }
        return found
    }
}

/// Companies and fictitious names of the Division's register, by name or document number.
struct RegisteredEntities: SearchPlace {
    let kind = SearchKind.entity
    let postgres: PostgresClient?
    private static let most = 300

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let postgres else { throw SearchUnavailable(reason: "this agent has no database") }
        guard !query.words.isEmpty else { return [] }
        // Any word of the query, the rows with most of them first: ranking is the caller's.
        let words = query.words.joined(separator: " | ")
        let rows = try await postgres.query(
            """
            (SELECT doc_number, name, status, filing_type, 'company' AS what FROM sunbiz_entities
                WHERE to_tsvector('simple', name) @@ to_tsquery('simple', $1) OR doc_number = upper($2)
                ORDER BY ts_rank(to_tsvector('simple', name), to_tsquery('simple', $1)) DESC, doc_number LIMIT $3)
            UNION ALL
            (SELECT doc_number, name, status, NULL, 'fictitious name' FROM sunbiz_fictitious_names
                WHERE to_tsvector('simple', name) @@ to_tsquery('simple', $1) OR doc_number = upper($2)
                ORDER BY ts_rank(to_tsvector('simple', name), to_tsquery('simple', $1)) DESC, doc_number LIMIT $3)
            """,
            [.text(words), .text(query.text), .int(Self.most)]
        )
        return try rows.map { row in
            var facts = ["status": try row.decode("status", as: String?.self) ?? ""]
            if let type = try row.decode("filing_type", as: String?.self) { facts["filing_type"] = type }
            facts["name"] = try row.decode("name")
            return SearchCandidate(
                kind: .entity,
                name: try row.decode("doc_number"),
                title: "\(try row.decode("name", as: String.self))",
                keywords: try row.decode("what"),
                facts: facts
            )
        }
    }
}

/// What the Department's abbreviations and our tables mean, in words that a person would look for.
enum RollWords {
    static func meaning(of dataset: String) -> String {
        switch dataset {
        case "NAL": "name address legal parcels property owners values tax roll"
        case "SDF": "sale data file sales deeds prices tax roll"
        case "NAP": "tangible personal property name address business accounts tax roll"
        default: ""
        }
    }

    static func meaning(ofTable table: String) -> String {
        switch table {
        case "parcels": "parcels of the tax rolls (NAL): owners, addresses, values"
        case "sales": "sales of the tax rolls (SDF): deeds, prices"
        case "tangible": "tangible personal property accounts (NAP)"
        case "source_files": "tax roll files that were loaded, with their hashes"
        case "staged_files": "tax roll files that were staged"
        case "rejected_rows": "rows that were kept out, with rule and value"
        case "validation_results", "quality_results": "what each rule found"
        case "quality_runs": "checks of rows"
        case "sunbiz_entities": "companies of the Division of Corporations"
        case "sunbiz_officers": "officers of the companies"
        case "sunbiz_events": "events of the companies, such as mergers"
        case "sunbiz_fictitious_names": "fictitious names of the Division"
        case "sunbiz_files", "sunbiz_loads": "files of the Division that were loaded"
        case "entity_matches", "entity_match_runs": "which records were found to be one entity"
        case "entity_merges": "merges of entities, which can be undone"
        case "property_entity_links": "which companies own which property"
        case "rules": "stored rules by version"
        case "use_code_assignments", "use_code_models": "land use codes that were assigned"
        case "history_entries": "the append-only history"
        case "verifications": "verdicts on operations"
        case "escalation_audit": "audit log of the reviews"
        case "performance_samples", "metric_points": "measurements of jobs and components"
        default: "table \(table.replacing("_", with: " "))"
        }
    }
}
