import JobQueue
import PostgresClient

/// Copies what the queue still knows of ended jobs into table `performance_samples`.
///
/// The source is the events stream of each partition, which tells every end, and the record of each job that ended,
/// which has its times. Both are bounded in time and number, so that each run goes on where the last one stopped, and
/// what was gone before it was read is counted: the queue's own counters say how many jobs have ended.
struct SampleCollector {
    let queue: JobQueue
    let client: PostgresClient

    /// What one collection came to.
    struct Collection: Sendable, Encodable {
        /// Samples that are new.
        var stored = 0
        /// Ends seen since the last collection whose record was gone already.
        var expired = 0
        /// Ends since the first collection that are in no event any more.
        var missed = 0
        /// Ends since the first collection that were seen.
        var seen = 0

        /// The share of ended jobs that were seen and had their times; nil where none has ended.
        var coverage: Double? {
            seen + missed == 0 ? nil : max(0, Double(seen - expired)) / Double(seen + missed)
        }
    }

    private static let pageSize = 500
    private static let ends: Set = ["completed", "dead", "cancelled"]

    /// Reads everything that is new.
    func collect(_ progress: (Int) -> Void = { _ in }) async throws -> Collection {
        var total = Collection()
        for partition in queue.allPartitions {
            var isDone = false
            while !isDone {
                try Task.checkCancellation()
                let page = try await collectPage(partition)
                total.stored += page.collection.stored
                total.expired += page.collection.expired
                isDone = page.isLast
                if isDone {
                    total.seen += page.collection.seen
                    total.missed += page.collection.missed
                }
                progress(total.stored)
            }
        }
        return total
    }

    /// One page: samples and the place in the stream move on together or not at all.
    private func collectPage(_ partition: PartitionClient) async throws -> (collection: Collection, isLast: Bool) {
        try await client.withTransaction { connection in
            let cursor = try await Cursor.lock(partition.base, connection)
            let ended = try await queue.endedCount(of: partition)
            let history = try await queue.history(of: partition, after: cursor.entry, limit: Self.pageSize)
            let ends = history.events.filter { event in
                !event.detail.isEmpty && (Self.ends.contains(event.state) || event.state == "escalated")
            }
            var collection = try await store(ends, connection)
            var next = cursor
            next.seen += ends.count { Self.ends.contains($0.state) }
            let isLast = history.last.isEmpty
            if isLast {
                // What the counters know and no event told was trimmed before it was read.
                if cursor.ended == nil {
                    next.ended = ended
                } else {
                    next.missed = max(cursor.missed, ended - (cursor.ended ?? 0) - (cursor.seen - cursor.first))
                }
            } else {
                next.entry = history.last
            }
            if cursor.ended == nil, isLast { next.first = next.seen }
            try await next.save(connection)
            collection.seen = next.seen
            collection.missed = next.missed
            return (collection, isLast)
        }
    }

    private func store(_ ends: [JobEvent], _ connection: PostgresConnection) async throws -> Collection {
        var collection = Collection()
        guard !ends.isEmpty else { return collection }
        let snapshots = try await queue.jobs(ends.map { JobID(trusted: $0.subject) })
        var rows: [[String?]] = []
        for (event, snapshot) in zip(ends, snapshots) {
            guard let job = snapshot else {
                collection.expired += 1
                continue
            }
            let began = job.beganMilliseconds
            // An escalated job's own work ended when it was parked; later events tell how long a person took.
            let end = event.atMilliseconds
            rows.append([
                job.id.rawValue, job.queue.rawValue, job.action, event.state, Self.time(job.createdMilliseconds),
                began.map(Self.time), Self.time(end), began.map { String(max(0, $0 - job.createdMilliseconds)) },
                began.map { String(max(0, end - $0)) }, String(job.attempts), String(job.deliveries),
                job.confidence.map { String($0) },
            ])
        }
        let columns = (0..<12).map { column in PostgresValue.textArray(rows.map { $0[column] }) }
        collection.stored = try await connection.execute(
            """
            INSERT INTO performance_samples (job_id, queue, action, outcome, created_at, began_at, ended_at, wait_ms,
                run_ms, attempts, deliveries, confidence)
            SELECT job, queue, action, outcome, to_timestamp(created::float8), to_timestamp(began::float8), to_timestamp(ended::float8),
                wait::float8, run::float8, attempts::integer, deliveries::integer, confidence::float8
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                AS s (job, queue, action, outcome, created, began, ended, wait, run, attempts, deliveries, confidence)
            ON CONFLICT (job_id) DO NOTHING
            """,
            columns
        )
        return collection
    }

    /// Seconds since 1970 as text.
    private static func time(_ milliseconds: Int) -> String { String(Double(milliseconds) / 1000) }
}

extension SampleCollector.Collection {
    /// What earlier collections came to.
    init(recordedIn client: PostgresClient) async throws {
        let sql = "SELECT coalesce(sum(seen), 0)::bigint, coalesce(sum(missed), 0)::bigint FROM performance_cursors"
        guard let row = try await client.query(sql).first else { return }
        seen = try row.decode(0)
        missed = try row.decode(1)
    }
}

/// How far a partition's events were read.
private struct Cursor {
    let partition: String
    /// The last stream entry read; empty before the first.
    var entry = ""
    /// Jobs that had ended when the first collection was complete; nil before it is.
    var ended: Int?
    /// Ends that were seen in all.
    var seen = 0
    /// Of those, in the first collection: what had ended before it is no loss.
    var first = 0
    /// Ends that no event told any more.
    var missed = 0

    /// Reads the cursor and keeps others from it until the transaction's end.
    static func lock(_ partition: String, _ connection: PostgresConnection) async throws -> Cursor {
        try await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("samples \(partition)")]
        )
        let rows = try await connection.query(
            "SELECT event_id, ended, seen, first_seen, missed FROM performance_cursors WHERE partition = $1",
            [.text(partition)]
        )
        guard let row = rows.first else { return Cursor(partition: partition) }
        return Cursor(
            partition: partition,
            entry: try row.decode("event_id"),
            ended: try row.decode("ended", as: Int?.self),
            seen: try row.decode("seen"),
            first: try row.decode("first_seen"),
            missed: try row.decode("missed")
        )
    }

    func save(_ connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO performance_cursors (partition, event_id, ended, seen, first_seen, missed)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (partition) DO UPDATE SET event_id = excluded.event_id, ended = excluded.ended,
                seen = excluded.seen, first_seen = excluded.first_seen, missed = excluded.missed, collected_at = now()
            """,
            [.text(partition), .text(entry), PostgresValue(ended), .int(seen), .int(first), .int(missed)]
        )
    }
}
