import Foundation
import PostgresClient

/// The recorded durations of one action.
struct ActionSamples: Sendable {
    var queue: String
    var action: String
    var ended: Int
    var dead: Int
    var escalated: Int
    /// Run times in the window, in milliseconds.
    var window: [Double]
    /// Run times in the baseline.
    var baseline: [Double]
    /// Waits in the window.
    var waits: [Double]
    var trend: ActionPerformance.Trend?

    /// The most samples of a span that are read: more would not move a percentile that anybody acts on.
    private static let mostSamples = 5000

    /// Reads the actions that have samples since the beginning of the baseline.
    static func load(
        from start: Date,
        window: Date,
        queues: [String]?,
        _ client: PostgresClient
    ) async throws -> [ActionSamples] {
        let rows = try await client.query(
            """
            SELECT queue, action, count(*) FILTER (WHERE ended_at >= $2) AS ended,
                count(*) FILTER (WHERE ended_at >= $2 AND outcome = 'dead') AS dead,
                count(*) FILTER (WHERE ended_at >= $2 AND outcome = 'escalated') AS escalated
            FROM performance_samples
            WHERE ended_at >= $1 AND ($3::text[] IS NULL OR queue = ANY ($3))
            GROUP BY queue, action ORDER BY queue, action
            """,
            [.timestamp(start), .timestamp(window), queues.map { PostgresValue.textArray($0) } ?? .null]
        )
        var all: [ActionSamples] = []
        for row in rows {
            try Task.checkCancellation()
            var samples = ActionSamples(
                queue: try row.decode("queue"),
                action: try row.decode("action"),
                ended: try row.decode("ended"),
                dead: try row.decode("dead"),
                escalated: try row.decode("escalated"),
                window: [],
                baseline: [],
                waits: []
            )
            try await samples.read(from: start, window: window, client)
            all.append(samples)
        }
        return all
    }

    private mutating func read(from start: Date, window edge: Date, _ client: PostgresClient) async throws {
        let rows = try await client.query(
            """
            (SELECT true AS is_window, run_ms, wait_ms FROM performance_samples
             WHERE queue = $1 AND action = $2 AND ended_at >= $4 AND run_ms IS NOT NULL
             ORDER BY ended_at DESC LIMIT $5)
            UNION ALL
            (SELECT false, run_ms, wait_ms FROM performance_samples
             WHERE queue = $1 AND action = $2 AND ended_at >= $3 AND ended_at < $4 AND run_ms IS NOT NULL
             ORDER BY ended_at DESC LIMIT $5)
            """,
            [.text(queue), .text(action), .timestamp(start), .timestamp(edge), .int(Self.mostSamples)]
        )
        for row in rows {
            let run: Double = try row.decode("run_ms")
            if try row.decode("is_window") {
                window.append(run)
                if let wait = try row.decode("wait_ms", as: Double?.self) { waits.append(wait) }
            } else {
                baseline.append(run)
            }
        }
        let hours = try await client.query(
            """
            SELECT extract(epoch FROM date_trunc('hour', ended_at))::float8 / 86400 AS day,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY run_ms) AS median
            FROM performance_samples
            WHERE queue = $1 AND action = $2 AND ended_at >= $3 AND run_ms IS NOT NULL
            GROUP BY 1 ORDER BY 1 DESC LIMIT 240
            """,
            [.text(queue), .text(action), .timestamp(start)]
        )
        let points = try hours.reversed().map { row in
            (x: try row.decode("day", as: Double.self), y: try row.decode("median", as: Double.self))
        }
        guard points.count >= 4, let level = RobustStatistics.median(points.map(\.y)), level > 0 else { return }
        trend = ActionPerformance.Trend(
            percentPerDay: 100 * RankTests.slope(points) / level,
            pValue: RankTests.mannKendall(points.map(\.y)),
            hours: points.count
        )
    }
}
