import Foundation
import JobQueue
import PostgresClient

/// Values of one kind over time, the oldest first.
struct MetricSeries: Sendable {
    var metric: String
    var subject: String
    /// What kind of issue an anomaly in it is.
    var issueType: IssueType
    var times: [Date]
    var values: [Double]

    /// Reads the series of an area since a point in time.
    static func load(_ area: RunMonitoring.Focus, since: Date, _ client: PostgresClient) async throws -> [MetricSeries]
    {
        switch area {
        case .loads: try await read(loads, .staleness, since, client)
        case .quality: try await read(quality, .validation, since, client)
        case .performance: try await read(performance, .performance, since, client)
        case .health: try await read(health, .resource, since, client)
        case .all: []
        }
    }

    /// Loads by dataset: their rows do not make a series over counties, their times do.
    private static let loads = """
        SELECT 'loads' AS metric, dataset AS subject, loaded_at AS at, 0::float8 AS value FROM source_files
        WHERE status = 'loaded' AND loaded_at >= $1 ORDER BY 1, 2, 3
        """

    private static let quality = """
        SELECT 'pass_rate' AS metric, dataset || ' ' || level AS subject, checked_at AS at, weighted_pass_rate AS value
        FROM quality_runs WHERE checked_at >= $1 ORDER BY 1, 2, 3
        """

    private static let performance = """
        SELECT 'median_run_ms' AS metric, queue || '.' || action AS subject, date_trunc('hour', ended_at) AS at,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY run_ms) AS value
        FROM performance_samples WHERE ended_at >= $1 AND run_ms IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """

    private static let health = """
        SELECT metric, subject, at, value FROM metric_points
        WHERE metric LIKE 'health:%' AND at >= $1 ORDER BY 1, 2, 3
        """

    private static func read(
        _ sql: String,
        _ type: IssueType,
        _ since: Date,
        _ client: PostgresClient
    ) async throws -> [MetricSeries] {
        var all: [MetricSeries] = []
        // No detector looks further back, and a probe a minute would make a hundred thousand values in ninety days.
        let newest = """
            SELECT metric, subject, at, value FROM (
                SELECT *, row_number() OVER (PARTITION BY metric, subject ORDER BY at DESC) AS place FROM (\(sql)) AS q
            ) AS r WHERE place <= 100 ORDER BY metric, subject, at
            """
        for row in try await client.query(newest, [.timestamp(since)]) {
            let metric: String = try row.decode("metric")
            let subject: String = try row.decode("subject")
            if all.last?.metric != metric || all.last?.subject != subject {
                all.append(MetricSeries(metric: metric, subject: subject, issueType: type, times: [], values: []))
            }
            all[all.count - 1].times.append(try row.decode("at"))
            all[all.count - 1].values.append(try row.decode("value"))
        }
        return all
    }

    /// What the detectors say of it.
    func issues(_ thresholds: DetectorThresholds, now: Date) -> [Issue] {
        var found: [(SeriesDetector, Detection, String)] = []
        if metric == "loads" {
            if let detection = SeriesDetector.staleness(times, now: now, threshold: thresholds[.staleness]) {
                let days = Measured.text(detection.found / 86_400)
                found.append((.staleness, detection, "the last load was \(days) days ago"))
            }
        } else {
            if let detection = SeriesDetector.spike(values, threshold: thresholds[.spike]) {
                found.append(
                    (
                        .spike, detection,
                        "\(Measured.text(detection.found)) where \(Measured.text(detection.expected)) is usual"
                    )
                )
            }
            if let detection = SeriesDetector.levelShift(values, threshold: thresholds[.levelShift]) {
                let (now, before) = (Measured.text(detection.found), Measured.text(detection.expected))
                found.append((.levelShift, detection, "the level went from \(before) to \(now)"))
            }
        }
        return found.filter(\.1.isAlarm).map { detector, detection, message in
            Issue(
                type: issueType,
                severity: detection.score >= 3 * detection.threshold ? .critical : .warning,
                subject: "\(metric) \(subject)",
                detector: detector.rawValue,
                message: message,
                evidence: detection.evidence
            )
        }
    }

    /// Whether any detector has enough values to say something.
    var isLongEnough: Bool {
        let needed = metric == "loads" ? SeriesDetector.staleness : .spike
        return values.count >= needed.minimumPoints
    }
}
