import JobQueue
import PostgresClient
import PropertyData

/// `performance.check_data_parity`: holds live rows against their source: counts, and key by key the hash of the row.
///
/// By default every loaded roll is held against the count that its load recorded, and against its file where that is
/// at hand: the file is read again into a staging table of its own, which is dropped. All keys are compared, or those
/// of a sample, whose result is an interval.
struct CheckDataParity: Action {
    static let name = "check_data_parity"
    static let summary = "Hold live rows against their source by counts and per-key hashes."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// What to hold the live rows against; recorded counts and files by default.
        var sources: [ParityComparison.Source]?
        /// Only rolls of this county.
        var county: CountyCode?
        /// Only rolls of this dataset.
        var dataset: String?
        /// Only rolls of this year.
        var year: Int?
        /// `exact` or `sample`; exact by default.
        var mode: String?
        /// About how many keys a sample has; 1000 by default.
        var sampleSize: Int?
        /// The most rolls whose files are read again; 20 by default.
        var maximumFiles: Int?

        private enum CodingKeys: String, CodingKey {
            case sources, county, dataset, year, mode
            case sampleSize = "sample_size"
            case maximumFiles = "maximum_files"
        }
    }

    struct Result: Encodable, Sendable {
        var comparisons: [ParityComparison]
        /// Rolls that are loaded and were asked for.
        var rolls: Int
        /// Comparisons with a difference.
        var different: Int
        /// Comparisons that could not be made.
        var notComparable: Int
        var issues: [Issue]

        private enum CodingKeys: String, CodingKey {
            case comparisons, rolls, different, issues
            case notComparable = "not_comparable"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional(
            "sources",
            .array(
                of: .string(enum: ParityComparison.Source.allCases.map(\.rawValue)),
                "what to hold the live rows against; recorded and file by default",
                minItems: 1
            )
        ),
        .optional("county", JSONSchema(.string, .integer, summary: "only rolls of this county")),
        .optional("dataset", .string("only rolls of NAL, SDF or NAP")),
        .optional("year", .integer("only rolls of this year", minimum: 2000, maximum: 2100)),
        .optional("mode", .string("all keys, or those of a sample", enum: ["exact", "sample"], default: "exact")),
        .optional("sample_size", .integer("about how many keys", minimum: 30, maximum: 1_000_000, default: 1000)),
        .optional("maximum_files", .integer("the most files read again", minimum: 0, maximum: 1000, default: 20)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("comparisons", .array(of: ParityComparison.schema)),
        .required("rolls", .integer("rolls that are loaded and were asked for", minimum: 0)),
        .required("different", .integer("comparisons with a difference", minimum: 0)),
        .required("not_comparable", .integer("comparisons that could not be made", minimum: 0)),
        .required("issues", Issue.list),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let filter = try RollFilter(parameters)
        guard ["exact", "sample"].contains(parameters.mode ?? "exact") else {
            throw JobFailure("invalid_parameters", "the mode is exact or sample", field: "mode")
        }
        try JobFailure.check(parameters.sampleSize.map(Double.init), "sample_size", 30...1_000_000)
        let client = try environment.database()
        let sources = parameters.sources ?? [.recorded, .file]
        return try await JobFailure.naming {
            let database = PropertyDatabase(client: client)
            let parity = RollParity(
                environment: environment,
                context: context,
                database: database,
                sampleSize: parameters.mode == "sample" ? parameters.sampleSize ?? 1000 : nil
            )
            let rolls = try await database.loadedRolls().filter(filter.accepts)
            var comparisons: [ParityComparison] = []
            for (index, roll) in rolls.enumerated() where sources.contains(.recorded) {
                try Task.checkCancellation()
                context.report(done: index, total: rolls.count, unit: "rolls")
                comparisons.append(try await parity.recorded(roll))
            }
            if sources.contains(.file) {
                for roll in rolls.prefix(parameters.maximumFiles ?? 20) {
                    try Task.checkCancellation()
                    comparisons.append(try await parity.file(roll))
                }
            }
            if sources.contains(.staged) {
                for (run, identity) in try await StagedRun.unmerged(client) where filter.accepts(identity) {
                    try Task.checkCancellation()
                    comparisons.append(try await parity.staged(run, identity: identity))
                }
            }
            return outcome(comparisons, rolls: rolls.count)
        }
    }

    private func outcome(_ comparisons: [ParityComparison], rolls: Int) -> Outcome<Result> {
        let unable = comparisons.count { $0.status == .notComparable }
        let result = Result(
            comparisons: comparisons,
            rolls: rolls,
            different: comparisons.count { $0.status == .different },
            notComparable: unable,
            issues: Issue.sorted(comparisons.compactMap(\.issue))
        )
        let share = comparisons.isEmpty ? 0 : 1 - Double(unable) / Double(comparisons.count)
        let width = comparisons.compactMap { $0.interval.map { $0.high - $0.low } }.max()
        var parts = [
            ConfidencePart(
                "rolls_compared",
                share,
                basis: comparisons.isEmpty
                    ? "nothing is loaded, so that there is nothing to compare"
                    : "\(comparisons.count - unable) of \(comparisons.count) comparisons could be made"
            )
        ]
        if let width {
            parts.append(
                ConfidencePart(
                    "sample_precision",
                    1 - width,
                    basis: "the widest interval of a share of differing keys spans \(Measured.percent(width))"
                )
            )
        }
        return .measured(result, parts: parts)
    }
}

/// Which rolls are meant.
private struct RollFilter {
    var county: County?
    var dataset: Dataset?
    var year: Int?

    init(_ parameters: CheckDataParity.Parameters) throws(JobFailure) {
        if let text = parameters.county?.text {
            do throws(PropertyDataError) {
                county = try County(parsing: text)
            } catch {
                throw JobFailure(error)
            }
        }
        if let name = parameters.dataset {
            guard let known = Dataset(parsing: name) else {
                throw JobFailure("unknown_dataset", "it is none of NAL, SDF and NAP", field: "dataset")
            }
            dataset = known
        }
        year = parameters.year
    }

    func accepts(_ roll: LoadedRoll) -> Bool { accepts(roll.identity) }

    func accepts(_ identity: RollIdentity) -> Bool {
        (county ?? identity.county) == identity.county && (dataset ?? identity.dataset) == identity.dataset
            && (year ?? identity.year) == identity.year
    }
}

extension StagedRun {
    /// The runs that are staged and not merged, but those of comparisons, with their rolls.
    static func unmerged(_ client: PostgresClient) async throws -> [(StagedRun, RollIdentity)] {
        let rows = try await client.query(
            "SELECT run_key FROM staged_files WHERE merged IS NULL AND run_key NOT LIKE 'parity:%' ORDER BY staged_at"
        )
        var runs: [(StagedRun, RollIdentity)] = []
        for row in rows {
            guard let run = try await find(try row.decode(0), client), let dataset = Dataset(rawValue: run.dataset),
                let roll = Roll(rawValue: run.roll)
            else { continue }
            let county = try County(number: run.countyNumber)
            runs.append((run, RollIdentity(dataset: dataset, county: county, roll: roll, year: run.year)))
        }
        return runs
    }
}
