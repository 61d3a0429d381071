import Foundation
import JobQueue
import Logging
import PropertyData

/// `data_quality.load_data`: brings rows of a dataset from the parameters, a CSV or a live table into staging, where
/// `validate` and `upload` find them.
///
/// The rows are written as a file in the dataset's layout, which is kept under its hash, and staged from it like a
/// downloaded one: nothing of the way differs. Filtered and inline rows are a part of a roll, which `upload` refuses.
struct LoadData: Action {
    static let name = "load_data"
    static let summary =
        "Reads rows given inline, a CSV or zip, or a live table into staging, with filters and a stored mapping, for "
        + "validate."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The dataset of the rows.
        var dataset: String
        /// Rows, each an object of field names and values.
        var data: [[String: JSONValue]]?
        /// A CSV or a zip with one, in the work folder or the source's folder.
        var path: String?
        /// `parcels`, `sales` or `tangible`: the live table of the dataset.
        var table: String?
        /// The county of the rows, needed for a table; that of the first row by default.
        var county: CountyCode?
        /// The assessment year, needed for a table; that of the first row by default.
        var year: Int?
        /// `P` or `F`; preliminary by default.
        var roll: String?
        /// Which rows are wanted, see `RowFilters`.
        var filters: [String: JSONValue]?
        /// A stored mapping of the source's columns.
        var mapping: RuleSetName?
        /// How far rows are checked on the way; by default their key only, since `validate` follows.
        var level: String?
    }

    struct Result: Encodable, Sendable {
        let staging: StagingEvidence
        let rowsRead: Int
        let rowsFiltered: Int
        let rowsStaged: Int
        let rowsInvalid: Int
        let unknownColumns: [String]
        let isPartial: Bool
        let isSample: Bool

        private enum CodingKeys: String, CodingKey {
            case staging
            case rowsRead = "rows_read"
            case rowsFiltered = "rows_filtered"
            case rowsStaged = "rows_staged"
            case rowsInvalid = "rows_invalid"
            case unknownColumns = "unknown_columns"
            case isPartial = "is_partial"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let request = try LoadRequest(parameters, environment: environment)
        let client = try environment.database()
        return try await JobFailure.naming {
            let mapping: FieldMapping? =
                if let name = parameters.mapping { try await MappingStore(client: client).load(name) } else { nil }
            if let mapping, mapping.dataset != request.dataset {
                throw JobFailure("unknown_mapping", "the mapping is one of the \(mapping.dataset)", field: "mapping")
            }
            let folder = ScratchFolder(workFolder: environment.workFolder)
            let written = try await folder.withFolder { path in
                try await request.write(mapping, into: path) { context.report(done: $0, total: $1, unit: $2) }
            }
            guard written.rows > 0 else {
                throw JobFailure(
                    "empty_data",
                    "none of \(written.read) rows passes the filters: nothing is staged",
                    field: "filters"
                )
            }
            let report = try await RollStaging(environment: environment, context: context)
                .stage(written.file, runKey: context.idempotencyKey, level: request.level)
            context.logger.info("rows staged", metadata: ["rows": "\(report.staged)"])
            let result = Result(
                staging: StagingEvidence(report, written.file),
                rowsRead: written.read,
                rowsFiltered: written.read - written.rows,
                rowsStaged: report.staged,
                rowsInvalid: report.validation.invalid,
                unknownColumns: written.unknownColumns,
                isPartial: written.file.isPartial ?? false,
                isSample: written.file.isSample
            )
            let share = Double(report.staged) / Double(written.rows)
            let part = ConfidencePart(
                "rows_staged",
                share,
                basis: "\(report.staged) of \(written.rows) wanted rows staged, \(written.read) read"
            )
            return .measured(result, parts: [part])
        }
    }
}
