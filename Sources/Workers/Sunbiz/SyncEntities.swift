import JobQueue
import Logging
import PropertyData

/// `sunbiz.sync_entities`: takes the Division's files that were not taken yet, and merges their records.
///
/// Each file is one transaction. A run that is repeated goes on where it stopped and answers what the whole run did; a
/// file that was taken is known by its name, size and hash and not taken again.
struct SyncEntities: Action {
    static let name = "sync_entities"
    static let summary =
        "Takes the Division of Corporations' files that are new at the source and merges their entities, officers, "
        + "events and fictitious names into the tables sunbiz_*."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// Filing types to load, such as `FLAL`; all by default.
        var filingTypes: [String]?
        /// Where from, see `SunBizSource`; the deployment's source by default.
        var source: String?
        /// The first day of daily files to take.
        var from: String?
        /// The most files that one run takes.
        var maximumFiles: Int?
        /// Whether files that were taken are taken again.
        var force: Bool?

        private enum CodingKeys: String, CodingKey {
            case source, from, force
            case filingTypes = "filing_types"
            case maximumFiles = "maximum_files"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<SyncResult> {
        let types = try Self.filingTypes(parameters.filingTypes ?? [])
        let from = try CalendarDate(parameter: parameters.from, field: "from")
        let limit = parameters.maximumFiles ?? 50
        guard (1...10_000).contains(limit) else {
            throw JobFailure("invalid_parameters", "from 1 to 10000 files", field: "maximum_files")
        }
        let source = try SunBizSource(parsing: parameters.source ?? "", configured: environment.sunbizSource)
        let run = SyncRun(
            environment: environment,
            context: context,
            source: source,
            types: types,
            force: parameters.force ?? false
        )
        return try await JobFailure.naming {
            let result = try await run.take(from: from, limit: limit)
            context.logger.info(
                "register synchronized",
                metadata: [
                    "files.loaded": "\(result.filesLoaded)", "files.remaining": "\(result.filesRemaining)",
                    "records": "\(result.records)",
                ]
            )
            return .measured(result, parts: result.parts)
        }
    }

    private static func filingTypes(_ names: [String]) throws(JobFailure) -> Set<String> {
        for (index, name) in names.enumerated() where FilingType(rawValue: name) == nil {
            let known = FilingType.allCases.map(\.rawValue).joined(separator: ", ")
            throw JobFailure("unknown_filing_type", "is none of \(known)", field: "filing_types[\(index)]")
        }
        return Set(names)
    }
}

extension CalendarDate {
    /// Reads a job's parameter `field`; nil when it is not given.
    init?(parameter text: String?, field: String) throws(JobFailure) {
        guard let text, !text.isEmpty else { return nil }
        guard let date = CalendarDate(iso: text) else {
            throw JobFailure("invalid_date", "a day is written as 2026-04-13", field: field)
        }
        self = date
    }
}
