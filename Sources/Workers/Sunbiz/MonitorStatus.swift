import JobQueue
import Logging
import PostgresClient
import PropertyData

/// `sunbiz.monitor_status`: how fresh the register is here, what waits at the source, and what failed.
///
/// A source that cannot be reached is a finding, not a failure of the action.
struct MonitorStatus: Action {
    static let name = "monitor_status"
    static let summary =
        "Compares the last file of the Division of Corporations that was loaded with the last business day, counts what "
        + "waits at the source and what failed, and probes the connection."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// Where from, see `SunBizSource`; the deployment's source by default.
        var source: String?
        /// How many business days the register may be behind before it counts as stale.
        var maximumDaysBehind: Int?
        /// Over how many days failures count.
        var failureDays: Int?

        private enum CodingKeys: String, CodingKey {
            case source
            case maximumDaysBehind = "maximum_days_behind"
            case failureDays = "failure_days"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<StatusResult> {
        let days = parameters.maximumDaysBehind ?? 2
        let window = parameters.failureDays ?? 7
        guard days >= 0 else {
            throw JobFailure("invalid_parameters", "at least 0 days", field: "maximum_days_behind")
        }
        guard (1...3_650).contains(window) else {
            throw JobFailure("invalid_parameters", "from 1 to 3650 days", field: "failure_days")
        }
        let source = try SunBizSource(parsing: parameters.source ?? "", configured: environment.sunbizSource)
        let client = try environment.database()
        return try await JobFailure.naming {
            let fetcher = SunBizFetcher(environment, source)
            context.report(done: 0, total: 3, unit: "checks")
            var status = StatusResult(source: source, today: fetcher.today)
            status.probe = try await Probe.run(fetcher)
            context.report(done: 1, total: 3, unit: "checks")
            try await status.readHistory(client, isSample: source.isSample, window: window)
            context.report(done: 2, total: 3, unit: "checks")
            let taken = try await SunBizStore(client: client).taken(isSample: source.isSample)
            status.backlog = status.probe.files.map { files in
                files.count { file in !(taken[file.name.text]?.covers(file, []) ?? false) }
            }
            status.judge(maximumDaysBehind: days)
            context.report(done: 3, total: 3, unit: "checks")
            return .measured(status, parts: [status.part])
        }
    }
}

/// Whether a source answers, and what it has.
struct Probe: Sendable {
    /// The files; nil when it does not answer.
    var files: [OfferedFile]?
    /// Why it does not, by the vocabulary of failures.
    var failure: String?
    var milliseconds: Int?

    /// Lists the source's files.
    static func run(_ fetcher: SunBizFetcher) async throws -> Probe {
        let began = ContinuousClock.now
        do {
            let files = try await fetcher.list()
            return Probe(files: files, milliseconds: (.now - began).wholeMilliseconds)
        } catch let failure as JobFailure {
            try Task.checkCancellation()
            return Probe(failure: failure.code, milliseconds: (.now - began).wholeMilliseconds)
        }
    }
}
