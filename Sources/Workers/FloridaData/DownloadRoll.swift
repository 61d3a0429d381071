import JobQueue
import Logging
import PropertyData

/// `florida_data.download`: brings one roll's newest submission from its source to this machine, verified.
///
/// Running it again brings the same file; an unchanged one is not sent again.
struct DownloadRoll: Action {
    static let name = "download"
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The county, see `CountyCode`.
        var county: CountyCode
        /// `NAL`, `SDF` or `NAP`.
        var dataset: String
        /// The assessment year.
        var year: Int
        /// `P` or `F`; preliminary by default.
        var roll: String?
        /// Where from, see `RollSource`; the deployment's source by default.
        var source: String?
        /// Whether the file is fetched also when the source says that it has not changed.
        var force: Bool?
    }

    struct Result: Encodable, Sendable {
        /// The file.
        var file: RollFileEvidence
        /// Whether this machine had the very same file before.
        var isUnchanged: Bool
        /// Lines of the table, the header included.
        var lines: Int
        /// Bytes of the table.
        var tableBytes: Int
        /// How the table's bytes become characters.
        var encoding: TextEncoding
        /// Whether the file is synthetic.
        var isSample: Bool

        private enum CodingKeys: String, CodingKey {
            case file, lines, encoding
            case isUnchanged = "is_unchanged"
            case tableBytes = "table_bytes"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let identity = try RollIdentity(
            county: parameters.county,
            dataset: parameters.dataset,
            roll: parameters.roll ?? Roll.preliminary.rawValue,
            year: parameters.year
        )
        let wanted = parameters.source ?? ""
        let source = try RollSource(parsing: wanted.isEmpty ? environment.floridaSource : wanted)
        let fetcher = RollFetcher(environment, context)
        let obtained = try await fetcher.obtain(identity, from: source, force: parameters.force ?? false)
        let inspection = obtained.inspection
        context.logger.info(
            "roll obtained",
            metadata: [
                "roll": "\(inspection.name)", "bytes": "\(inspection.bytes)", "unchanged": "\(obtained.isUnchanged)",
            ]
        )
        let result = Result(
            file: RollFileEvidence(obtained, source: source),
            isUnchanged: obtained.isUnchanged,
            lines: inspection.lines,
            tableBytes: inspection.tableBytes,
            encoding: inspection.encoding,
            isSample: source.isSample
        )
        // A file that cannot be verified is a failure, so that what is here speaks for the one file that was asked for.
        let basis = "1 of 1 files: kind, name and checksum verified over \(inspection.tableBytes) bytes of table"
        return .measured(result, parts: [ConfidencePart("files_verified", 1, basis: basis)])
    }
}

extension RollFetcher {
    /// A fetcher that reports to a job.
    init(_ environment: WorkerEnvironment, _ context: JobContext) {
        self.init(store: RollStore(workFolder: environment.workFolder), http: environment.http) { done, total in
            context.report(done: done, total: total, unit: "bytes")
        }
    }
}
