import Foundation
import PostgresClient

/// One measured value.
struct MetricPoint: Sendable {
    var metric: String
    var subject: String
    /// When; the points of a series are ordered by it.
    var at: Date
    var value: Double
    /// How many rows or calls it stands for.
    var weight = 1.0
}

/// Keeps measured values, so that later runs can compare.
struct MetricStore: Sendable {
    let client: PostgresClient

    /// Stores points under a key, in the place of what was stored under it.
    func record(_ points: [MetricPoint], key: String) async throws {
        guard !points.isEmpty else { return }
        try await client.execute(
            """
            INSERT INTO metric_points (metric, subject, point_key, at, value, weight)
            SELECT metric, subject, $1, to_timestamp(at::double precision), value::double precision, weight::double precision
            FROM unnest($2, $3, $4, $5, $6) AS p (metric, subject, at, value, weight)
            ON CONFLICT (metric, subject, point_key) DO UPDATE SET value = excluded.value, weight = excluded.weight
            """,
            [
                .text(key), .textArray(points.map(\.metric)), .textArray(points.map(\.subject)),
                .textArray(points.map { String($0.at.timeIntervalSince1970) }),
                .textArray(points.map { String($0.value) }),
                .textArray(points.map { String($0.weight) }),
            ]
        )
    }
}
