import Foundation
import JobQueue

/// `performance.analyze_performance`: percentiles and trend of each action, and what has become slower.
///
/// The history is table `performance_samples`, which this action itself fills from the queue's events and records, see
/// `SampleCollector`: a scheduled run keeps it complete.
struct AnalyzePerformance: Action {
    static let name = "analyze_performance"
    static let summary = "Tell how long each action takes, and what has become slower than its baseline."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The span that is judged, in hours before now; 24 by default.
        var windowHours: Double?
        /// The span before it that it is compared with, in days; 7 by default.
        var baselineDays: Double?
        /// Worker kinds; all by default.
        var queues: [String]?
        /// From which growth of the median on it is a regression; 1.5 by default.
        var regressionFactor: Double?
        /// The fewest samples in window and baseline that are compared; 20 by default.
        var minimumSamples: Int?

        private enum CodingKeys: String, CodingKey {
            case queues
            case windowHours = "window_hours"
            case baselineDays = "baseline_days"
            case regressionFactor = "regression_factor"
            case minimumSamples = "minimum_samples"
        }
    }

    struct Result: Encodable, Sendable {
        /// The table that the numbers come from.
        var source: String
        /// Samples that this run added.
        var collected: Int
        /// Jobs that ended unseen since the first collection.
        var missed: Int
        var actions: [ActionPerformance]
        /// How many have become slower.
        var regressions: Int
        var issues: [Issue]
    }

    static let parameterSchema = JSONSchema.object([
        .optional("window_hours", .number("the span that is judged", minimum: 0.01, maximum: 8784, default: 24)),
        .optional("baseline_days", .number("the span before it", minimum: 0.01, maximum: 366, default: 7)),
        .optional("queues", .array(of: .string(), "worker kinds; all by default")),
        .optional("regression_factor", .number("growth of the median", minimum: 1.01, maximum: 100, default: 1.5)),
        .optional("minimum_samples", .integer("in window and baseline", minimum: 3, maximum: 10_000, default: 20)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("source", .string("the table that the numbers come from")),
        .required("collected", .integer("samples that this run added", minimum: 0)),
        .required("missed", .integer("jobs that ended unseen since the first collection", minimum: 0)),
        .required("actions", .array(of: ActionPerformance.schema)),
        .required("regressions", .integer(minimum: 0)),
        .required("issues", Issue.list),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try JobFailure.check(parameters.windowHours, "window_hours", 0.01...8784)
        try JobFailure.check(parameters.baselineDays, "baseline_days", 0.01...366)
        try JobFailure.check(parameters.regressionFactor, "regression_factor", 1.01...100)
        try JobFailure.check(parameters.minimumSamples.map(Double.init), "minimum_samples", 3...10_000)
        let client = try environment.database()
        return try await JobFailure.naming {
            var collection = try await SampleCollector.Collection(recordedIn: client)
            if let queue = environment.queue {
                collection = try await SampleCollector(queue: queue, client: client).collect {
                    context.report(done: $0, unit: "samples")
                }
            }
            let window = Date(timeIntervalSinceNow: -3600 * (parameters.windowHours ?? 24))
            let samples = try await ActionSamples.load(
                from: window.addingTimeInterval(-86_400 * (parameters.baselineDays ?? 7)),
                window: window,
                queues: parameters.queues,
                client
            )
            let actions = samples.map {
                ActionPerformance(
                    $0,
                    factor: parameters.regressionFactor ?? 1.5,
                    minimum: parameters.minimumSamples ?? 20
                )
            }
            let issues = Issue.sorted(actions.compactMap(\.issue))
            let result = Result(
                source: "performance_samples",
                collected: collection.stored,
                missed: collection.missed,
                actions: actions,
                regressions: issues.count,
                issues: issues
            )
            return .measured(result, parts: Self.parts(actions, collection, hasQueue: environment.queue != nil))
        }
    }

    private static func parts(
        _ actions: [ActionPerformance],
        _ collection: SampleCollector.Collection,
        hasQueue: Bool
    ) -> [ConfidencePart] {
        let ended = actions.reduce(0) { $0 + $1.ended }
        let compared = actions.reduce(0) { $0 + ($1.verdict == .tooFew ? 0 : $1.ended) }
        let share = ended == 0 ? 0 : Double(compared) / Double(ended)
        let comparable = ConfidencePart(
            "jobs_compared",
            share,
            basis: "\(compared) of \(ended) jobs in the window are of actions with enough samples before and in it"
        )
        let coverage = ConfidencePart(
            "history_collected",
            collection.coverage ?? (hasQueue ? 1 : 0),
            basis:
                "\(collection.missed) of \(collection.seen + collection.missed) ended jobs were gone before they were read, "
                + "\(collection.expired) had no record any more"
        )
        return [comparable, coverage]
    }
}
