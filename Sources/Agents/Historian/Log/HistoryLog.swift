import JobModel
package import JobQueue
package import Logging
package import PostgresClient

/// The history of a namespace: a table of PostgreSQL that only grows, each entry chained to the one before by its hash.
///
/// Any number of historians may write: a lock in the database puts their transactions one after the other, and an event
/// that is there already is left as it is.
package struct HistoryLog: Sendable {
    let postgres: PostgresClient
    let namespace: String
    let anchors: HistoryAnchors
    let logger: Logger

    /// The history of a queue's namespace; nothing is sent yet.
    package init(postgres: PostgresClient, queue: JobQueue, logger: Logger) {
        self.postgres = postgres
        namespace = queue.configuration.namespace
        anchors = HistoryAnchors(queue: queue)
        self.logger = logger
    }

    /// Makes the tables where they are missing.
    ///
    /// - Throws: ``PostgresError``.
    package func prepare() async throws { try await postgres.migrate(HistorySchema.migrations) }

    /// How far the record of one operation has come.
    package struct Progress: Sendable, Hashable {
        /// The operation.
        package var operation: String
        /// The last event that was looked at.
        package var lastEvent: String
        /// Whether it has ended and nothing more is expected.
        package var isClosed: Bool
    }

    /// Writes notes and the progress that they stand for, in one transaction.
    ///
    /// Redis is told the end of the chain before and after, so that neither an end that was cut off nor one that somebody
    /// else added goes unseen. A chain that is not as the last historian left it is noted in the chain itself.
    ///
    /// - Returns: the entries that were not there before.
    @discardableResult
    package func append(_ notes: [HistoryNote], progress: [Progress] = []) async throws -> [HistoryEntry] {
        let entries = try await postgres.withTransaction { connection -> [HistoryEntry] in
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [.text("concord.history.\(namespace)")]
            )
            let known = try await knownEvents(of: notes, on: connection)
            let fresh = Self.unique(notes).filter { !known.contains($0.eventID) }
            let head = try await head(on: connection)
            var entries: [HistoryEntry] = []
            if !fresh.isEmpty {
                let notices = try await notices(about: head)
                entries = try await chained(notices + fresh, behind: head, on: connection)
                try await insert(entries, on: connection)
            }
            try await record(progress, on: connection)
            if let last = entries.last {
                // The last thing before the commit: whatever dies from here on, the end is one of these two.
                try await anchors.announce(previous: head, next: ChainMark(sequence: last.sequence, hash: last.hash))
            }
            return entries
        }
        if let last = entries.last { try await anchors.confirm(last.sequence) }
        return entries
    }

    private static func unique(_ notes: [HistoryNote]) -> [HistoryNote] {
        var seen: Set<String> = []
        return notes.filter { seen.insert($0.eventID).inserted }
    }

    private func knownEvents(of notes: [HistoryNote], on connection: PostgresConnection) async throws -> Set<String> {
        let rows = try await connection.query(
            "SELECT event_id FROM history_entries WHERE namespace = $1 AND event_id = ANY($2)",
            [.text(namespace), .textArray(notes.map(\.eventID))]
        )
        return Set(try rows.map { try $0.decode(0, as: String.self) })
    }

    /// The end of the chain; sequence 0 before the first entry.
    func head(on connection: PostgresConnection) async throws -> ChainMark {
        let rows = try await connection.query(
            "SELECT sequence, hash FROM history_entries WHERE namespace = $1 ORDER BY sequence DESC LIMIT 1",
            [.text(namespace)]
        )
        guard let row = rows.first else { return ChainMark(sequence: 0, hash: HistoryEntry.beginning) }
        return ChainMark(sequence: try row.decode("sequence"), hash: try row.decode("hash"))
    }

    /// What the chain should say of itself: that its end is not the one that the last historian left.
    private func notices(about head: ChainMark) async throws -> [HistoryNote] {
        let anchor = try await anchors.read()
        guard let anchor else {
            guard head.sequence > 0 else { return [] }
            logger.warning("the history's anchor is gone from Redis", metadata: ["sequence": "\(head.sequence)"])
            return [notice("anchor_missing", head, ["found": .string(head.description)])]
        }
        if head == anchor.next || head == anchor.previous && anchor.confirmed <= head.sequence { return [] }
        logger.error(
            "the history does not end as a historian left it: run `concord history verify`",
            metadata: ["sequence": "\(head.sequence)", "expected": "\(anchor.next.sequence)"]
        )
        let body: JSONValue = [
            "found": .string(head.description), "expected": .string(anchor.next.description),
            "confirmed": .integer(anchor.confirmed),
        ]
        return [notice("end_differs", head, body)]
    }

    private func notice(_ event: String, _ head: ChainMark, _ body: JSONValue) -> HistoryNote {
        HistoryNote(
            eventID: "notice/\(event)/\(head)",
            kind: .notice,
            subject: "history",
            event: event,
            body: body
        )
    }

    private func chained(
        _ notes: [HistoryNote],
        behind head: ChainMark,
        on connection: PostgresConnection
    ) async throws -> [HistoryEntry] {
        let clock = try await connection.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now")
        let now: Int = try clock.first?.decode("now") ?? 0
        var entries: [HistoryEntry] = []
        var end = head
        for note in notes {
            let entry = HistoryEntry(
                note,
                body: try note.body.encoded,
                sequence: end.sequence + 1,
                previousHash: end.hash,
                recordedMilliseconds: now,
                namespace: namespace
            )
            entries.append(entry)
            end = ChainMark(sequence: entry.sequence, hash: entry.hash)
        }
        return entries
    }

    private func insert(_ entries: [HistoryEntry], on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO history_entries (namespace, sequence, event_id, kind, subject, operation_id, event, actor,
                happened_ms, recorded_ms, body, previous_hash, hash)
            SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[])
            """,
            [
                .text(namespace), .intArray(entries.map(\.sequence)), .textArray(entries.map(\.eventID)),
                .textArray(entries.map(\.kind.rawValue)), .textArray(entries.map(\.subject)),
                .textArray(entries.map(\.operationID)), .textArray(entries.map(\.event)),
                .textArray(entries.map(\.actor)), .intArray(entries.map(\.happenedMilliseconds)),
                .intArray(entries.map(\.recordedMilliseconds)), .textArray(entries.map(\.body)),
                .textArray(entries.map(\.previousHash)), .textArray(entries.map(\.hash)),
            ]
        )
    }

    private func record(_ progress: [Progress], on connection: PostgresConnection) async throws {
        guard !progress.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO history_progress (namespace, operation_id, last_event, is_closed)
            SELECT $1, id, event, closed = 't' FROM unnest($2::text[], $3::text[], $4::text[]) AS p (id, event, closed)
            ON CONFLICT (namespace, operation_id)
                DO UPDATE SET last_event = excluded.last_event, is_closed = excluded.is_closed
            """,
            [
                .text(namespace), .textArray(progress.map(\.operation)), .textArray(progress.map(\.lastEvent)),
                .textArray(progress.map { $0.isClosed ? "t" : "f" }),
            ]
        )
    }

    /// How far the record of operations has come; those that nothing is recorded of are not in it.
    package func progress(of operations: [String]) async throws -> [String: Progress] {
        let rows = try await postgres.query(
            """
            SELECT operation_id, last_event, is_closed FROM history_progress
            WHERE namespace = $1 AND operation_id = ANY($2)
            """,
            [.text(namespace), .textArray(operations)]
        )
        var found: [String: Progress] = [:]
        for row in rows {
            let id: String = try row.decode("operation_id")
            found[id] = Progress(
                operation: id,
                lastEvent: try row.decode("last_event"),
                isClosed: try row.decode("is_closed")
            )
        }
        return found
    }
}
