import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// The checks of `florida_data.monitor`.
struct RollMonitor {
    let client: PostgresClient
    let scope: RollScope
    let now: Date
    let isSampleSource: Bool

    /// The last load of each roll against the one before.
    func health(maximumDrop: Double) async throws -> MonitorResult {
        var result = try await loaded(.health) { load in
            guard let before = load.previousRows, before > 0 else { return nil }
            let change = Double(load.rows) / Double(before) - 1
            return change < -maximumDrop
                ? "\(load.identity): \(Self.percent(-change)) fewer rows than the roll before" : nil
        }
        let compared = result.loaded.count { $0.change != nil }
        if result.rollsLoaded > 0, compared == 0 {
            result.findings.append("no roll has one before it to compare with")
        }
        return result
    }

    /// Shares of invalid rows and the rules behind them.
    func quality() async throws -> MonitorResult {
        var result = try await loaded(.quality) { load in
            let all = load.rows + load.invalidRows
            guard all > 0, load.invalidRows * 100 > all else { return nil }
            let share = Self.percent(Double(load.invalidRows) / Double(all))
            return "\(load.identity): \(share) of its rows are invalid"
        }
        let rules = try await client.query(
            """
            SELECT rule_id, severity, count(*) AS files, sum(checked)::bigint AS checked, sum(failed)::bigint AS failed
            FROM validation_results v JOIN staged_files f USING (run_key)
            WHERE failed > 0 AND f.co_no = ANY($1) AND f.dataset = ANY($2)
            GROUP BY 1, 2 ORDER BY severity, sum(failed) DESC, rule_id LIMIT 50
            """,
            [.intArray(scope.counties.map(\.number)), .textArray(scope.datasets.map(\.rawValue))]
        )
        result.failingRules = try rules.map { row in
            MonitorResult.FailingRule(
                rule: try row.decode("rule_id"),
                severity: try row.decode("severity"),
                files: try row.decode("files"),
                checked: try row.decode("checked"),
                failed: try row.decode("failed")
            )
        }
        return result
    }

    /// Rolls that fell due in the last days and are not loaded.
    func gaps(days: Int) async throws -> MonitorResult {
        let today = CalendarDate(of: now)
        let expected = scope.expected(from: today.adding(days: -days), through: today)
        let missing = try await LoadedRolls(client: client).gaps(expected, scope, isSample: isSampleSource)
        let found = expected.count - missing.count
        var result = MonitorResult(
            checkType: .gaps,
            part: ConfidencePart(
                "rolls_checked",
                expected.isEmpty ? 0 : 1,
                basis: "\(expected.count) rolls fell due in \(days) days; each was looked up"
            )
        )
        result.rollsExpected = expected.count
        result.rollsLoaded = found
        result.rollsMissing = missing.count
        result.missing = missing.prefix(MonitorResult.listLimit).map(RollName.init)
        if expected.isEmpty { result.status = .noData }
        if !missing.isEmpty {
            result.status = .warning
            result.findings = ["\(missing.count) of \(expected.count) rolls that fell due are not loaded"]
        }
        return result
    }

    /// What was loaded in the last days, and how long staged rows waited.
    func performance(days: Int) async throws -> MonitorResult {
        let parameters: [PostgresValue] = [
            .intArray(scope.counties.map(\.number)), .textArray(scope.datasets.map(\.rawValue)), .timestamp(now),
            .int(days),
        ]
        let rows = try await client.query(
            """
            WITH files AS (
                SELECT f.*, extract(epoch FROM s.loaded_at - f.staged_at)::double precision AS waited
                FROM staged_files f LEFT JOIN source_files s ON f.merged IS NOT NULL AND s.dataset = f.dataset
                    AND s.co_no = f.co_no AND s.roll = f.roll AND s.year = f.year AND s.submission = f.submission
                    AND s.sha256 = f.sha256
                WHERE f.co_no = ANY($1) AND f.dataset = ANY($2) AND f.staged_at > $3 - make_interval(days => $4::integer)
            )
            SELECT count(*) FILTER (WHERE merged IS NOT NULL) AS files,
                coalesce(sum(rows) FILTER (WHERE merged IS NOT NULL), 0)::bigint AS rows,
                coalesce(sum(bytes) FILTER (WHERE merged IS NOT NULL), 0)::bigint AS bytes,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS median, max(waited) AS longest,
                count(*) FILTER (WHERE merged IS NULL) AS waiting,
                extract(epoch FROM $3 - min(staged_at) FILTER (WHERE merged IS NULL))::double precision AS oldest
            FROM files
            """,
            parameters
        )
        var result = MonitorResult(
            checkType: .performance,
            part: ConfidencePart("loads_measured", 0, basis: "0 loads in \(days) days")
        )
        guard let row = rows.first else { return result }
        let performance = MonitorResult.Performance(
            files: try row.decode("files"),
            rows: try row.decode("rows"),
            bytes: try row.decode("bytes"),
            medianWaitSeconds: try row.decode("median"),
            maximumWaitSeconds: try row.decode("longest"),
            waiting: try row.decode("waiting"),
            oldestWaitSeconds: try row.decode("oldest")
        )
        result.performance = performance
        result.rollsLoaded = performance.files
        result.status = performance.files == 0 ? .noData : .ok
        if performance.waiting > 0, (performance.oldestWaitSeconds ?? 0) > 86_400 {
            result.status = .warning
            result.findings = ["\(performance.waiting) staged files wait, the oldest for more than a day"]
        }
        result.part = ConfidencePart(
            "loads_measured",
            performance.files == 0 ? 0 : 1,
            basis: "\(performance.files) loads in \(days) days, all of them measured"
        )
        return result
    }

    private func loaded(
        _ check: MonitorRolls.Check,
        finding: (LoadedRolls.Load) -> String?
    ) async throws -> MonitorResult {
        let loads = try await LoadedRolls(client: client).loads(scope)
        let cells = Set(loads.map { "\($0.identity.dataset) \($0.identity.county.number)" }).count
        let wanted = scope.counties.count * scope.datasets.count
        var result = MonitorResult(
            checkType: check,
            part: ConfidencePart(
                "checks_with_data",
                Double(cells) / Double(wanted),
                basis: "\(cells) of \(wanted) pairs of county and dataset have a load"
            )
        )
        result.rollsLoaded = loads.count
        for load in loads {
            let finding = finding(load)
            if let finding { result.findings.append(finding) }
            if result.loaded.count < MonitorResult.listLimit { result.loaded.append(describe(load, finding)) }
        }
        result.status = loads.isEmpty ? .noData : result.findings.isEmpty ? .ok : .warning
        result.findings = Array(result.findings.prefix(MonitorResult.listLimit))
        return result
    }

    private func describe(_ load: LoadedRolls.Load, _ finding: String?) -> MonitorResult.LoadedRoll {
        let all = load.rows + load.invalidRows
        return MonitorResult.LoadedRoll(
            name: RollName(load.identity),
            file: load.fileName,
            submission: load.submission,
            loadedAt: load.loadedAt,
            ageDays: max(0, Int(now.timeIntervalSince(load.loadedAt) / 86_400)),
            rows: load.rows,
            previousRows: load.previousRows,
            change: load.previousRows.flatMap { $0 == 0 ? nil : Double(load.rows) / Double($0) - 1 },
            invalidRows: load.invalidRows,
            invalidShare: all == 0 ? nil : Double(load.invalidRows) / Double(all),
            isSample: load.isSample,
            finding: finding
        )
    }

    private static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10)%" }
}
