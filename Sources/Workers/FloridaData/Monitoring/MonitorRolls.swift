import JobQueue
import PropertyData

/// `florida_data.monitor`: what is loaded, what is missing, how good it is, how long it took, from the database's own
/// records.
struct MonitorRolls: Action {
    static let name = "monitor"
    static let summary =
        "Reports on the tax rolls that are loaded: their age and size against the roll before, gaps against the "
        + "Department's calendar, error rates, or the speed of loading."
    let environment: WorkerEnvironment

    enum Check: String, Encodable, CaseIterable {
        /// Each roll's last load, its age, and how its rows changed since the roll before.
        case health
        /// Rolls that are due and not loaded.
        case gaps
        /// Shares of invalid rows, and the rules that fail most.
        case quality
        /// How many rows were loaded, how long rows waited between staging and merge, and what waits now.
        case performance
    }

    struct Parameters: Decodable, Sendable {
        /// `health`, `gaps`, `quality` or `performance`; health by default.
        var checkType: String?
        /// The counties, see `CountyCode`; all by default.
        var counties: [CountyCode]?
        /// The datasets; all by default.
        var datasets: [String]?
        /// Over how many days gaps and performance are looked for.
        var days: Int?
        /// A share by which a roll may shrink before it is a finding.
        var maximumDrop: Double?

        private enum CodingKeys: String, CodingKey {
            case counties, datasets, days
            case checkType = "check_type"
            case maximumDrop = "maximum_drop"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<MonitorResult> {
        let name = parameters.checkType ?? Check.health.rawValue
        guard let check = Check(rawValue: name) else {
            let known = Check.allCases.map(\.rawValue).joined(separator: ", ")
            throw JobFailure("unknown_check", "the check is one of \(known)", field: "check_type")
        }
        let days = parameters.days ?? 366
        guard (1...3_660).contains(days) else {
            throw JobFailure("invalid_parameters", "from 1 to 3660 days", field: "days")
        }
        let drop = parameters.maximumDrop ?? 0.1
        guard (0...1).contains(drop) else {
            throw JobFailure("invalid_parameters", "a share from 0 to 1", field: "maximum_drop")
        }
        let scope = try RollScope(counties: parameters.counties, datasets: parameters.datasets)
        let client = try environment.database()
        return try await JobFailure.naming {
            context.report(done: 0, total: 1, unit: "checks")
            let monitor = RollMonitor(
                client: client,
                scope: scope,
                now: environment.now(),
                isSampleSource: try RollSource(parsing: environment.floridaSource).isSample
            )
            let result =
                switch check {
                case .health: try await monitor.health(maximumDrop: drop)
                case .gaps: try await monitor.gaps(days: days)
                case .quality: try await monitor.quality()
                case .performance: try await monitor.performance(days: days)
                }
            context.report(done: 1, total: 1, unit: "checks")
            return .measured(result, parts: [result.part])
        }
    }
}
