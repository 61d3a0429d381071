import JobQueue
import PostgresClient
import PropertyData

/// Holds each roll against the one before it of the same dataset and county.
struct RollDetectors {
    let thresholds: DetectorThresholds

    /// What was measured of one roll.
    struct Observation: Sendable {
        var identity: RollIdentity
        var rows: Int
        /// The share of blanks by column.
        var blanks: [String: Double]
        var duplicates: Double
    }

    /// What is known of the live rolls, by dataset and county, the oldest first.
    static func load(_ rolls: [LoadedRoll], _ client: PostgresClient) async throws -> [[Observation]] {
        let keys = rolls.map { "file:\($0.fileID)" }
        let rows = try await client.query(
            "SELECT metric, subject, value FROM metric_points WHERE point_key = ANY ($1)",
            [.textArray(keys)]
        )
        var found: [String: Observation] = [:]
        for row in rows {
            let subject: String = try row.decode("subject")
            guard let identity = RollIdentity(describedAs: subject) else { continue }
            let metric: String = try row.decode("metric")
            let value: Double = try row.decode("value")
            var observation =
                found[subject] ?? Observation(identity: identity, rows: 0, blanks: [:], duplicates: 0)
            switch metric {
            case "rows": observation.rows = Int(value)
            case "duplicates": observation.duplicates = value
            default: observation.blanks[String(metric.dropFirst("null:".count))] = value
            }
            found[subject] = observation
        }
        let groups = Dictionary(grouping: found.values) { "\($0.identity.dataset) \($0.identity.county.number)" }
        return groups.sorted { $0.key < $1.key }.map { _, observations in
            // A year's final roll comes after its preliminary one.
            observations.sorted {
                ($0.identity.year, $0.identity.roll == .final ? 1 : 0)
                    < ($1.identity.year, $1.identity.roll == .final ? 1 : 0)
            }
        }
    }

    /// What is odd about the newest roll of a series.
    func issues(_ series: [Observation]) -> [Issue] {
        guard let now = series.last else { return [] }
        let before = series.dropLast().last
        return [drop(now, before), duplicates(now, before)].compactMap(\.self) + blanks(now, before)
    }

    private func drop(_ now: Observation, _ before: Observation?) -> Issue? {
        guard let before,
            let detection = SeriesDetector.drop(now.rows, before: before.rows, threshold: thresholds[.drop]),
            detection.isAlarm
        else { return nil }
        return issue(
            .missing,
            .drop,
            detection,
            now,
            "\(now.rows) rows, \(before.rows) in \(before.identity)",
            severity: Double(now.rows) < 0.5 * Double(before.rows) ? .critical : .warning
        )
    }

    private func duplicates(_ now: Observation, _ before: Observation?) -> Issue? {
        let extra = Int((now.duplicates * Double(now.rows)).rounded())
        guard
            let detection = SeriesDetector.duplicates(
                (extra, now.rows),
                before: before?.duplicates,
                threshold: thresholds[.duplicates]
            ), detection.isAlarm
        else { return nil }
        return issue(.duplicate, .duplicates, detection, now, "\(extra) of \(now.rows) rows repeat another row")
    }

    private func blanks(_ now: Observation, _ before: Observation?) -> [Issue] {
        guard let before else { return [] }
        return now.blanks.sorted { $0.key < $1.key }.compactMap { column, share in
            let usual = before.blanks[column] ?? 0
            let detection = SeriesDetector.nullRate(
                (Int((share * Double(now.rows)).rounded()), now.rows),
                before: (Int((usual * Double(before.rows)).rounded()), before.rows),
                threshold: thresholds[.nullRate]
            )
            guard let detection, detection.isAlarm else { return nil }
            return issue(
                .corruption,
                .nullRate,
                detection,
                now,
                "\(column) is blank on \(Measured.percent(share)) of the rows, on \(Measured.percent(usual)) in "
                    + "\(before.identity)"
            )
        }
    }

    private func issue(
        _ type: IssueType,
        _ detector: SeriesDetector,
        _ detection: Detection,
        _ observation: Observation,
        _ message: String,
        severity: Severity = .warning
    ) -> Issue {
        Issue(
            type: type,
            severity: severity,
            subject: observation.identity.description,
            detector: detector.rawValue,
            message: message,
            evidence: detection.evidence
        )
    }
}

extension Detection {
    /// The numbers for an issue.
    var evidence: [String: Double] {
        ["score": score.isFinite ? score : 1e9, "threshold": threshold, "expected": expected, "found": found]
    }
}

/// From which score on each detector alarms: its default, or what a stored rule says.
struct DetectorThresholds: Sendable {
    private var values: [SeriesDetector: Double] = [:]

    subscript(detector: SeriesDetector) -> Double {
        get { values[detector] ?? detector.defaultThreshold }
        set { values[detector] = newValue }
    }

    init() {}

    /// The defaults, with the active rules of kind `detector_threshold` over them.
    init(rules: [StoredRule]) {
        for case .detectorThreshold(let detector, let threshold) in rules.map(\.body) { values[detector] = threshold }
    }
}
