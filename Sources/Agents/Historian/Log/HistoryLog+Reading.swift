import JobModel
import PostgresClient

/// Which entries of the history are wanted.
package struct HistoryFilter: Sendable, Hashable {
    /// Words that must all stand in subject, event, actor or body.
    package var words: String?
    /// Of one operation.
    package var operation: String?
    /// Of one kind.
    package var kind: HistoryEntry.Kind?
    /// By one person.
    package var actor: String?
    /// Not before, milliseconds since 1970.
    package var sinceMilliseconds: Int?
    /// Not after, milliseconds since 1970.
    package var untilMilliseconds: Int?
    /// Only entries behind this one, or before it where the newest come first.
    package var cursor: Int?
    /// At most so many.
    package var limit: Int

    /// Combines the conditions.
    package init(
        words: String? = nil,
        operation: String? = nil,
        kind: HistoryEntry.Kind? = nil,
        actor: String? = nil,
        sinceMilliseconds: Int? = nil,
        untilMilliseconds: Int? = nil,
        cursor: Int? = nil,
        limit: Int = 100
    ) {
        self.words = words
        self.operation = operation
        self.kind = kind
        self.actor = actor
        self.sinceMilliseconds = sinceMilliseconds
        self.untilMilliseconds = untilMilliseconds
        self.cursor = cursor
        self.limit = limit
    }
}

extension HistoryLog {
    private static let columns = """
        sequence, event_id, kind, subject, operation_id, event, actor, happened_ms, recorded_ms, body, previous_hash, hash
        """
    private static let conditions = """
        namespace = $1 AND ($2::text IS NULL OR operation_id = $2) AND ($3::text IS NULL OR kind = $3)
            AND ($4::text IS NULL OR actor = $4) AND ($5::bigint IS NULL OR happened_ms >= $5)
            AND ($6::bigint IS NULL OR happened_ms <= $6)
            AND ($7::text IS NULL OR to_tsvector('simple', subject || ' ' || event || ' ' || actor || ' ' || body)
                @@ plainto_tsquery('simple', $7) OR subject = $7 OR operation_id = $7)
        """

    /// Entries, the newest first, and the cursor of the next page.
    ///
    /// - Throws: ``PostgresError``.
    package func newest(_ filter: HistoryFilter) async throws -> (entries: [HistoryEntry], next: Int?) {
        let rows = try await postgres.query(
            """
            SELECT \(Self.columns) FROM history_entries
            WHERE \(Self.conditions) AND ($8::bigint IS NULL OR sequence < $8) ORDER BY sequence DESC LIMIT $9
            """,
            parameters(filter)
        )
        return try page(rows, filter)
    }

    /// Entries, the oldest first, and the cursor of the next page.
    ///
    /// - Throws: ``PostgresError``.
    package func oldest(_ filter: HistoryFilter) async throws -> (entries: [HistoryEntry], next: Int?) {
        let rows = try await postgres.query(
            """
            SELECT \(Self.columns) FROM history_entries
            WHERE \(Self.conditions) AND ($8::bigint IS NULL OR sequence > $8) ORDER BY sequence LIMIT $9
            """,
            parameters(filter)
        )
        return try page(rows, filter)
    }

    /// The entry of a place; nil where there is none.
    package func entry(_ sequence: Int) async throws -> HistoryEntry? {
        try await oldest(HistoryFilter(cursor: sequence - 1, limit: 1)).entries.first { $0.sequence == sequence }
    }

    /// The entry of an event; nil where there is none.
    package func entry(event: String) async throws -> HistoryEntry? {
        let rows = try await postgres.query(
            "SELECT \(Self.columns) FROM history_entries WHERE namespace = $1 AND event_id = $2",
            [.text(namespace), .text(event)]
        )
        return try rows.first.map(Self.entry)
    }

    /// How many entries of each kind there are up to a place.
    package func counts(through sequence: Int) async throws -> [String: Int] {
        let rows = try await postgres.query(
            """
            SELECT kind, count(*) AS count FROM history_entries WHERE namespace = $1 AND sequence <= $2 GROUP BY kind
            """,
            [.text(namespace), .int(sequence)]
        )
        return try rows.reduce(into: [:]) { $0[try $1.decode("kind", as: String.self)] = try $1.decode("count") }
    }

    /// The state of every operation as of a place: how many are in each.
    package func states(through sequence: Int) async throws -> [String: Int] {
        let rows = try await postgres.query(
            """
            SELECT event, count(*) AS count FROM (
                SELECT DISTINCT ON (operation_id) operation_id, event FROM history_entries
                WHERE namespace = $1 AND kind = 'operation' AND sequence <= $2
                ORDER BY operation_id, sequence DESC
            ) AS newest GROUP BY event
            """,
            [.text(namespace), .int(sequence)]
        )
        return try rows.reduce(into: [:]) { $0[try $1.decode("event", as: String.self)] = try $1.decode("count") }
    }

    /// The end of the chain; sequence 0 before the first entry.
    package func head() async throws -> ChainMark { try await postgres.withConnection { try await head(on: $0) } }

    /// Reads the whole chain in order, in pages.
    package func readAll(from first: Int = 1, _ body: (HistoryEntry) throws -> Void) async throws {
        var cursor = first - 1
        while true {
            try Task.checkCancellation()
            let page = try await oldest(HistoryFilter(cursor: cursor, limit: 2000))
            for entry in page.entries { try body(entry) }
            guard let next = page.next else { return }
            cursor = next
        }
    }

    private func parameters(_ filter: HistoryFilter) -> [PostgresValue] {
        [
            .text(namespace), PostgresValue(filter.operation), PostgresValue(filter.kind?.rawValue),
            PostgresValue(filter.actor), PostgresValue(filter.sinceMilliseconds),
            PostgresValue(filter.untilMilliseconds), PostgresValue(filter.words), PostgresValue(filter.cursor),
            .int(filter.limit + 1),
        ]
    }

    private func page(_ rows: PostgresRows, _ filter: HistoryFilter) throws -> ([HistoryEntry], Int?) {
        let entries = try rows.prefix(filter.limit).map(Self.entry)
        return (entries, rows.count > filter.limit ? entries.last?.sequence : nil)
    }

    /// A kind that this version does not know was not written by it: the entry's hash tells whether it was changed.
    private static func entry(_ row: PostgresRow) throws -> HistoryEntry {
        HistoryEntry(
            sequence: try row.decode("sequence"),
            eventID: try row.decode("event_id"),
            kind: HistoryEntry.Kind(rawValue: try row.decode("kind")) ?? .notice,
            subject: try row.decode("subject"),
            operationID: try row.decode("operation_id", as: String?.self),
            event: try row.decode("event"),
            actor: try row.decode("actor"),
            happenedMilliseconds: try row.decode("happened_ms"),
            recordedMilliseconds: try row.decode("recorded_ms"),
            body: try row.decode("body"),
            previousHash: try row.decode("previous_hash"),
            hash: try row.decode("hash")
        )
    }
}
