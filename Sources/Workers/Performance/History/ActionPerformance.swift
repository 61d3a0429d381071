import Foundation
import JobQueue

/// How long one action takes, now and before.
struct ActionPerformance: Encodable, Sendable {
    /// What the comparison with the baseline says.
    enum Verdict: String, Encodable, Sendable, CaseIterable {
        case regression, improved, stable
        /// Too few samples to say.
        case tooFew = "too_few"
    }

    /// The durations of a span of time, in milliseconds.
    struct Percentiles: Encodable, Sendable {
        var samples: Int
        var p50: Double
        var p95: Double
        var p99: Double

        private enum CodingKeys: String, CodingKey {
            case samples
            case p50 = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
        }

        init?(_ values: [Double]) {
            guard let p50 = RobustStatistics.median(values), let p95 = RobustStatistics.quantile(values, 0.95),
                let p99 = RobustStatistics.quantile(values, 0.99)
            else { return nil }
            (samples, self.p50, self.p95, self.p99) = (values.count, p50, p95, p99)
        }
    }

    /// Where it has been going, over the baseline and the window.
    struct Trend: Encodable, Sendable {
        /// Percent of the median per day, by Theil and Sen's slope.
        var percentPerDay: Double
        /// Of Mann and Kendall's test.
        var pValue: Double
        /// The hours with samples that it rests on.
        var hours: Int

        private enum CodingKeys: String, CodingKey {
            case hours
            case percentPerDay = "percent_per_day"
            case pValue = "p_value"
        }
    }

    var queue: String
    var action: String
    /// Ends of all kinds in the window.
    var ended: Int
    /// Of those, dead letters.
    var dead: Int
    /// Of those, parked for a person.
    var escalated: Int
    /// Run times in the window; nil where no sample has one.
    var window: Percentiles?
    /// Waits before the first run in the window.
    var wait: Percentiles?
    /// Run times in the baseline.
    var baseline: Percentiles?
    /// The window's median for each of the baseline's.
    var ratio: Double?
    /// Of Mann and Whitney's test between window and baseline.
    var pValue: Double?
    var trend: Trend?
    var verdict: Verdict

    private enum CodingKeys: String, CodingKey {
        case queue, action, ended, dead, escalated, window, wait, baseline, ratio, trend, verdict
        case pValue = "p_value"
    }
}

extension ActionPerformance {
    private static let percentiles = JSONSchema.object([
        .required("samples", .integer(minimum: 1)),
        .required("p50_ms", .number(minimum: 0)),
        .required("p95_ms", .number(minimum: 0)),
        .required("p99_ms", .number(minimum: 0)),
    ])

    static let schema = JSONSchema.object([
        .required("queue", .string("the worker kind")),
        .required("action", .string("the action")),
        .required("ended", .integer("jobs that ended in the window", minimum: 0)),
        .required("dead", .integer("of those, dead letters", minimum: 0)),
        .required("escalated", .integer("of those, parked for a person", minimum: 0)),
        .optional("window", percentiles),
        .optional("wait", percentiles),
        .optional("baseline", percentiles),
        .optional("ratio", .number("the window's median for each of the baseline's", minimum: 0)),
        .optional("p_value", .number("of Mann and Whitney's test", minimum: 0, maximum: 1)),
        .optional(
            "trend",
            .object([
                .required("percent_per_day", .number("percent of the median")),
                .required("p_value", .number(minimum: 0, maximum: 1)),
                .required("hours", .integer(minimum: 1)),
            ])
        ),
        .required("verdict", .string(enum: Verdict.allCases.map(\.rawValue))),
    ])

    /// Compares a window with a baseline.
    ///
    /// A regression is both likely and large: a rank test at one percent, and a median that grew by the factor.
    init(_ samples: ActionSamples, factor: Double, minimum: Int) {
        queue = samples.queue
        action = samples.action
        ended = samples.ended
        dead = samples.dead
        escalated = samples.escalated
        window = Percentiles(samples.window)
        wait = Percentiles(samples.waits)
        baseline = Percentiles(samples.baseline)
        trend = samples.trend
        guard let window, let baseline, window.samples >= minimum, baseline.samples >= minimum else {
            verdict = .tooFew
            return
        }
        // Below a tenth of a millisecond, the clock of the queue tells no difference.
        let ratio = max(window.p50, 0.1) / max(baseline.p50, 0.1)
        let pValue = RankTests.mannWhitney(samples.window, samples.baseline)
        self.ratio = ratio
        self.pValue = pValue
        verdict =
            pValue >= 0.01 ? .stable : (ratio >= factor ? .regression : (ratio <= 1 / factor ? .improved : .stable))
    }

    /// The regression as an issue; nil where there is none.
    var issue: Issue? {
        guard verdict == .regression, let window, let baseline, let ratio else { return nil }
        return Issue(
            type: .performance,
            severity: ratio >= 4 ? .critical : .warning,
            subject: "\(queue).\(action)",
            detector: "analyze_performance",
            message:
                "the median run takes \(Measured.text(window.p50)) ms, \(Measured.text(ratio)) times the baseline's",
            evidence: [
                "p50_ms": window.p50, "baseline_p50_ms": baseline.p50, "ratio": ratio, "p_value": pValue ?? 1,
                "samples": Double(window.samples), "baseline_samples": Double(baseline.samples),
            ]
        )
    }
}
