import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// `ai_ml.run_monitoring_ai`: looks for anomalies in what was loaded, checked, run and probed.
///
/// Robust statistics only: no detector needs training, and the false-alarm rate of each was measured on generated
/// series. Each roll is measured once after its load; what was measured stays in `metric_points`.
struct RunMonitoring: Action {
    static let name = "run_monitoring_ai"
    static let summary = "Find anomalies in loads, checks, run times and health by robust detectors."
    let environment: WorkerEnvironment

    enum Focus: String, Codable, Sendable, CaseIterable {
        case all, loads, quality, performance, health
    }

    struct Parameters: Decodable, Sendable {
        /// What to look at; everything by default.
        var focusArea: Focus?
        /// How far back, in days; 90 by default.
        var sinceDays: Double?

        private enum CodingKeys: String, CodingKey {
            case focusArea = "focus_area"
            case sinceDays = "since_days"
        }
    }

    struct Detector: Encodable, Sendable {
        var detector: String
        var threshold: Double
        var falseAlarmRate: Double
        var minimumPoints: Int

        private enum CodingKeys: String, CodingKey {
            case detector, threshold
            case falseAlarmRate = "false_alarm_rate"
            case minimumPoints = "minimum_points"
        }
    }

    struct Result: Encodable, Sendable {
        var focusArea: Focus
        /// Series that were looked at.
        var series: Int
        /// Of those, long enough for a detector.
        var judged: Int
        /// Rolls measured by this run.
        var rollsMeasured: Int
        var issues: [Issue]
        var detectors: [Detector]

        private enum CodingKeys: String, CodingKey {
            case series, judged, issues, detectors
            case focusArea = "focus_area"
            case rollsMeasured = "rolls_measured"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("focus_area", .string("what to look at", enum: Focus.allCases.map(\.rawValue), default: "all")),
        .optional("since_days", .number("how far back", minimum: 0.01, maximum: 3660, default: 90)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("focus_area", .string(enum: Focus.allCases.map(\.rawValue))),
        .required("series", .integer("series that were looked at", minimum: 0)),
        .required("judged", .integer("of those, long enough for a detector", minimum: 0)),
        .required("rolls_measured", .integer("rolls measured by this run", minimum: 0)),
        .required("issues", Issue.list),
        .required(
            "detectors",
            .array(
                of: .object([
                    .required("detector", .string(enum: SeriesDetector.allCases.map(\.rawValue))),
                    .required("threshold", .number("the score from which on it alarms")),
                    .required("false_alarm_rate", .number("the most alarms for each sound series", minimum: 0)),
                    .required("minimum_points", .integer(minimum: 1)),
                ])
            )
        ),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try JobFailure.check(parameters.sinceDays, "since_days", 0.01...3660)
        let focus = parameters.focusArea ?? .all
        let client = try environment.database()
        return try await JobFailure.naming {
            let thresholds = DetectorThresholds(rules: try await RuleStore(client: client).active(.detectorThreshold))
            let now = Date()
            let since = now.addingTimeInterval(-86_400 * (parameters.sinceDays ?? 90))
            var issues: [Issue] = []
            var series = 0
            var judged = 0
            var measured = 0
            if focus == .all || focus == .loads {
                let rolls = try await PropertyDatabase(client: client).loadedRolls()
                measured = try await RollObserver(client: client).observe(rolls, context)
                for history in try await RollDetectors.load(rolls, client) {
                    series += 1
                    judged += history.count > 1 ? 1 : 0
                    issues += RollDetectors(thresholds: thresholds).issues(history)
                }
            }
            for area in focus == .all ? [.loads, .quality, .performance, .health] : [focus] {
                try Task.checkCancellation()
                for metric in try await MetricSeries.load(area, since: since, client) {
                    series += 1
                    judged += metric.isLongEnough ? 1 : 0
                    issues += metric.issues(thresholds, now: now)
                }
            }
            let result = Result(
                focusArea: focus,
                series: series,
                judged: judged,
                rollsMeasured: measured,
                issues: Issue.sorted(issues),
                detectors: SeriesDetector.allCases.map {
                    Detector(
                        detector: $0.rawValue,
                        threshold: thresholds[$0],
                        falseAlarmRate: $0.falseAlarmRate,
                        minimumPoints: $0.minimumPoints
                    )
                }
            )
            try await record(result, context, client)
            return .measured(result, parts: Self.parts(result))
        }
    }

    /// What was found under the job's key, in the place of an earlier run's.
    private func record(_ result: Result, _ context: JobContext, _ client: PostgresClient) async throws {
        try await client.execute(
            """
            INSERT INTO monitoring_runs (run_key, focus_area, series, issues) VALUES ($1, $2, $3, $4)
            ON CONFLICT (run_key) DO UPDATE SET focus_area = excluded.focus_area, series = excluded.series,
                issues = excluded.issues, ran_at = now()
            """,
            [
                .text(context.idempotencyKey), .text(result.focusArea.rawValue), .int(result.series),
                .json(String(decoding: try JSONCoding.encode(result.issues), as: UTF8.self)),
            ]
        )
    }

    private static func parts(_ result: Result) -> [ConfidencePart] {
        let share = result.series == 0 ? 0 : Double(result.judged) / Double(result.series)
        let rate = result.detectors.map(\.falseAlarmRate).max() ?? 1
        return [
            ConfidencePart(
                "series_judged",
                share,
                basis: "\(result.judged) of \(result.series) series have enough history for a detector"
            ),
            ConfidencePart(
                "detectors_reliable",
                1 - rate,
                basis:
                    "at most \(Measured.percent(rate)) of sound series raise a false alarm, measured on generated ones"
            ),
        ]
    }
}
