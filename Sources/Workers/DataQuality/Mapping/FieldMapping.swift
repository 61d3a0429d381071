import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Which column of a source becomes which field of a dataset.
struct FieldMapping: Codable, Sendable, Equatable {
    struct Pair: Codable, Sendable, Equatable {
        let source: String
        let target: String
        /// 0 to 1.
        let score: Double
        /// `exact`, `alias`, `name` or `values`.
        let method: String
    }

    let dataset: Dataset
    let pairs: [Pair]

    /// The source of a field.
    subscript(target: String) -> String? { pairs.first { $0.target == target }?.source }
}

/// Proposes a mapping by names, and by what values look like.
struct MappingProposal {
    /// Below it a pair is no proposal.
    private static let least = 0.6

    let layout: FileLayout

    /// The best pairs, each column and field once.
    func pairs(
        _ columns: [String],
        _ profiles: [String: ColumnProfile],
        _ known: [String: ColumnProfile]
    ) -> [FieldMapping.Pair] {
        let candidates = columns.flatMap { column in
            layout.fields.compactMap { field -> FieldMapping.Pair? in
                pair(column, field, profiles[column], known[field.name])
            }
        }
        var sources: Set<String> = []
        var targets: Set<String> = []
        let ranked = candidates.sorted { ($1.score, $0.target, $0.source) < ($0.score, $1.target, $1.source) }
        let chosen = ranked.filter { pair in
            guard !sources.contains(pair.source), !targets.contains(pair.target) else { return false }
            sources.insert(pair.source)
            targets.insert(pair.target)
            return true
        }
        let order = Dictionary(uniqueKeysWithValues: layout.fields.map { ($0.name, $0.position) })
        return chosen.sorted { (order[$0.target] ?? 0) < (order[$1.target] ?? 0) }
    }

    private func pair(
        _ column: String,
        _ field: FieldDefinition,
        _ profile: ColumnProfile?,
        _ known: ColumnProfile?
    ) -> FieldMapping.Pair? {
        if column == field.name { return .init(source: column, target: field.name, score: 1, method: "exact") }
        if layout.index(of: column) == field.position - 1 {
            return .init(source: column, target: field.name, score: 0.97, method: "alias")
        }
        let name = max(Self.similarity(column, field.name), Self.similarity(column, field.title))
        guard let profile, profile.filled > 0 else {
            let score = Self.rounded(0.9 * name)
            return score < Self.least ? nil : .init(source: column, target: field.name, score: score, method: "name")
        }
        guard fits(profile, field) else { return nil }
        let values = known.map { profile.similarity(to: $0) } ?? 0.5
        let score = Self.rounded(min(0.95, 0.7 * name + 0.3 * values))
        guard score >= Self.least, name > 0.3 else { return nil }
        return .init(source: column, target: field.name, score: score, method: values > name ? "values" : "name")
    }

    /// Values that a field cannot hold rule a pair out, however alike the names.
    private func fits(_ profile: ColumnProfile, _ field: FieldDefinition) -> Bool {
        let isNumber = ["integer", "number"].contains(profile.type)
        return (!field.kind.isNumber || isNumber) && profile.maximumWidth <= max(field.width.maximum, 1) * 2
    }

    /// Dice's coefficient over the pairs of letters within the words of two names.
    static func similarity(_ left: String, _ right: String) -> Double {
        let (first, second) = (bigrams(left), bigrams(right))
        guard !first.isEmpty, !second.isEmpty else { return 0 }
        var rest = second
        var shared = 0
        for pair in first {
            if let index = rest.firstIndex(of: pair) {
                rest.remove(at: index)
                shared += 1
            }
        }
        return 2 * Double(shared) / Double(first.count + second.count)
    }

    /// Words in full where the Department shortens them.
    private static let words = [
        "OWN": "OWNER", "NAM": "NAME", "ADDR": "ADDRESS", "PHY": "PHYSICAL", "PRC": "PRICE", "YR": "YEAR",
        "MO": "MONTH",
        "CO": "COUNTY", "NO": "NUMBER", "CD": "CODE", "ZIPCD": "ZIP", "QUAL": "QUALIFICATION", "UC": "USE",
        "ASMNT": "ASSESSMENT", "NBRHD": "NEIGHBORHOOD", "MKT": "MARKET", "AR": "AREA", "BLT": "BUILT", "LND": "LAND",
        "VAL": "VALUE", "JV": "JUST", "TOT": "TOTAL", "ID": "ID", "EXMPT": "EXEMPTION", "ACCT": "ACCOUNT",
    ]

    private static func bigrams(_ name: String) -> [String] {
        let parts = name.uppercased().split { !($0.isLetter || $0.isNumber) }.map { words[String($0)] ?? String($0) }
        return parts.flatMap { word in
            let letters = Array(word)
            return letters.count == 1
                ? [String(letters)] : (0..<(letters.count - 1)).map { String(letters[$0...($0 + 1)]) }
        }
    }

    private static func rounded(_ score: Double) -> Double { (score * 1_000).rounded() / 1_000 }
}

/// Mappings in table `quality_mappings`, by name and version; a version never changes.
struct MappingStore {
    let client: PostgresClient

    /// Stores a mapping as its name's next version, and returns that; what the newest says already keeps it.
    func save(_ mapping: FieldMapping, name: String, confidence: Double, by author: String) async throws -> Int {
        let body = String(decoding: try JSONCoding.encode(mapping), as: UTF8.self)
        return try await client.withTransaction { connection in
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [.text("mapping \(name)")]
            )
            let newest = try await connection.query(
                "SELECT version, body = $2 AS is_same FROM quality_mappings WHERE name = $1 ORDER BY version DESC LIMIT 1",
                [.text(name), .json(body)]
            )
            let last: Int = try newest.first?.decode("version") ?? 0
            if try newest.first?.decode("is_same", as: Bool.self) == true { return last }
            try await connection.execute(
                """
                INSERT INTO quality_mappings (name, version, dataset, body, confidence, created_by)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .text(name), .int(last + 1), .text(mapping.dataset.rawValue), .json(body), .double(confidence),
                    .text(author),
                ]
            )
            return last + 1
        }
    }

    /// Reads a mapping in a version, or its newest one.
    func load(_ name: RuleSetName) async throws -> FieldMapping {
        let found = try await client.query(
            """
            SELECT body FROM quality_mappings WHERE name = $1 AND (version = $2 OR $2 IS NULL)
            ORDER BY version DESC LIMIT 1
            """,
            [.text(name.name), name.version.map(PostgresValue.int) ?? PostgresValue(Int?.none)]
        )
        guard let row = found.first else {
            throw JobFailure("unknown_mapping", "there is no such mapping in that version", field: "mapping")
        }
        return try JSONCoding.decode(FieldMapping.self, from: Array(row.decode("body", as: String.self).utf8))
    }
}
