import JobQueue
import PropertyData

/// `data_quality.create_mapping`: proposes which column of a source is which field of a dataset, and stores the
/// proposal as a version that `load_data` takes.
struct CreateMapping: Action {
    static let name = "create_mapping"
    static let summary =
        "Proposes which columns of a table, a CSV or given rows are which fields of a dataset, by names, aliases and "
        + "the look of values, and stores the mapping under a name and version."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The mapping's name.
        var name: String
        /// The dataset whose fields are the target.
        var dataset: String
        /// The source's columns, where there are no values to look at.
        var columns: [String]?
        /// A table of the property database.
        var table: String?
        /// A CSV or a zip with one, in the work folder or the source's folder.
        var path: String?
        /// Rows, each an object of column names and values.
        var data: [[String: JSONValue]]?
    }

    struct Result: Encodable, Sendable {
        let name: String
        let version: Int
        let dataset: Dataset
        let pairs: [FieldMapping.Pair]
        let unmappedColumns: [String]
        let unmappedRequired: [String]

        private enum CodingKeys: String, CodingKey {
            case name, version, dataset, pairs
            case unmappedColumns = "unmapped_columns"
            case unmappedRequired = "unmapped_required"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        guard parameters.name.wholeMatch(of: #/[a-z][a-z0-9_.\-]{0,79}/#) != nil else {
            throw JobFailure(
                "invalid_parameters",
                "1 to 80 small letters, digits and _ . -, a letter first",
                field: "name"
            )
        }
        guard let dataset = Dataset(parsing: parameters.dataset) else {
            throw JobFailure("unknown_dataset", "is none of NAL, SDF and NAP", field: "dataset")
        }
        let client = try environment.database()
        return try await JobFailure.naming {
            let (columns, profiles) = try await source(parameters, context)
            let layout = FileLayout.of(dataset)
            let pairs = MappingProposal(layout: layout).pairs(
                columns,
                profiles,
                try await Self.known(dataset, environment)
            )
            let parts = Self.parts(pairs, layout)
            let version = try await MappingStore(client: client).save(
                FieldMapping(dataset: dataset, pairs: pairs),
                name: parameters.name,
                confidence: parts[0].value,
                by: context.idempotencyKey
            )
            let (sources, targets) = (Set(pairs.map(\.source)), Set(pairs.map(\.target)))
            let required = layout.fields.filter { $0.requirement == .required }.map(\.name)
            let result = Result(
                name: parameters.name,
                version: version,
                dataset: dataset,
                pairs: pairs,
                unmappedColumns: columns.filter { !sources.contains($0) },
                unmappedRequired: required.filter { !targets.contains($0) }
            )
            return .measured(result, parts: parts)
        }
    }

    private func source(
        _ parameters: Parameters,
        _ context: JobContext
    ) async throws -> ([String], [String: ColumnProfile]) {
        if let columns = parameters.columns {
            guard parameters.data == nil, parameters.path == nil, parameters.table == nil else {
                throw JobFailure("invalid_parameters", "give one of columns, data, path and table", field: "columns")
            }
            guard !columns.isEmpty, Set(columns).count == columns.count else {
                throw JobFailure("invalid_parameters", "must be names, each once", field: "columns")
            }
            return (columns, [:])
        }
        let input = try TableInput(
            data: parameters.data,
            path: parameters.path,
            table: parameters.table,
            environment: environment
        )
        let profile = try await TableProfile.read(input, limit: 20_000) {
            context.report(done: $0, total: $1, unit: $2)
        }
        let pairs = profile.columns.map { ($0.name, $0) }
        return (profile.columns.map(\.name), Dictionary(pairs) { first, _ in first })
    }

    /// What values of the dataset look like: those of the sample, which has the real files' forms.
    private static func known(
        _ dataset: Dataset,
        _ environment: WorkerEnvironment
    ) async throws -> [String: ColumnProfile] {
        let folder = ScratchFolder(workFolder: environment.workFolder)
        return try await folder.withFolder { path in
            let county = try County(number: 16)
            let identity = RollIdentity(dataset: dataset, county: county, roll: .preliminary, year: 2025)
            let file = try DelimitedFile(path: SampleSource.write(identity, into: path))
            var columns: [ColumnProfile] = []
            try await file.read { header in
                columns = header.map { ColumnProfile(name: $0) }
            } row: { values, _ in
                for index in columns.indices where index < values.count { columns[index].add(values[index]) }
                return true
            }
            return Dictionary(columns.map { ($0.name, $0) }) { first, _ in first }
        }
    }

    /// The mean score of the required fields, 0 for each that has no column.
    private static func parts(_ pairs: [FieldMapping.Pair], _ layout: FileLayout) -> [ConfidencePart] {
        let scores = Dictionary(pairs.map { ($0.target, $0.score) }) { first, _ in first }
        let required = layout.fields.filter { $0.requirement == .required }.map(\.name)
        let mapped = required.count { scores[$0] != nil }
        let mean = required.reduce(0) { $0 + (scores[$1] ?? 0) } / Double(max(1, required.count))
        return [
            ConfidencePart(
                "required_fields",
                mean,
                basis: "the mean score of \(required.count) required fields, of which \(mapped) have a column"
            )
        ]
    }
}
