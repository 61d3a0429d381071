import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// What a `load_data` job asks for, checked.
struct LoadRequest {
    /// The rows as a file in the layout.
    struct Written {
        var file: RollFileEvidence
        var read: Int
        var rows: Int
        var unknownColumns: [String]
    }

    let dataset: Dataset
    let level: ValidationLevel
    private let input: TableInput
    private let filters: RowFilters
    private let identity: RollIdentity?
    private let roll: Roll
    private let environment: WorkerEnvironment
    private var layout: FileLayout { FileLayout.of(dataset) }

    init(_ parameters: LoadData.Parameters, environment: WorkerEnvironment) throws(JobFailure) {
        guard let dataset = Dataset(parsing: parameters.dataset) else {
            throw JobFailure("unknown_dataset", "is none of NAL, SDF and NAP", field: "dataset")
        }
        let edition = (parameters.roll ?? Roll.preliminary.rawValue).uppercased()
        guard let roll = Roll(rawValue: edition) else {
            throw JobFailure("unknown_roll", "the roll is P (preliminary) or F (final)", field: "roll")
        }
        let own = dataset == .nal ? "parcels" : dataset == .sdf ? "sales" : "tangible"
        if let table = parameters.table, table != own {
            throw JobFailure("unknown_table", "the table of the \(dataset) is \(own)", field: "table")
        }
        if let county = parameters.county, let year = parameters.year {
            identity = try RollIdentity(county: county, dataset: dataset.rawValue, roll: edition, year: year)
        } else if parameters.table != nil || parameters.county != nil || parameters.year != nil {
            throw JobFailure("invalid_parameters", "county and year belong together", field: "county")
        } else {
            identity = nil
        }
        self.dataset = dataset
        self.roll = roll
        self.environment = environment
        level = try ValidationLevel(named: parameters.level ?? ValidationLevel.permissive.rawValue, field: "level")
        filters = try RowFilters(parameters.filters ?? [:], layout: FileLayout.of(dataset))
        input = try TableInput(
            data: parameters.data,
            path: parameters.path,
            table: parameters.table,
            environment: environment
        )
    }

    /// Writes the wanted rows as a file of the Department's name and keeps it under its hash.
    func write(
        _ mapping: FieldMapping?,
        into folder: String,
        _ progress: @escaping ProgressReport
    ) async throws -> Written {
        let table = try LayoutWriter(layout, path: "\(folder)/rows.csv", filters: filters, mapping: mapping)
        try await input.read(selection: try await selection(), progress: progress) { header in
            try table.begin(header)
        } row: { values, _ in
            try table.append(values)
            return true
        }
        try table.finish()
        let identity = try identity ?? table.identity(roll)
        let name = TaxRollFileName(identity: identity, submission: 1)
        let path = "\(folder)/\(name.csv)"
        try FileManager.default.moveItem(atPath: table.path, toPath: path)
        let inspection = try await TaxRollFile(path: path, expecting: identity).inspect()
        let kept = try RollStore(workFolder: environment.workFolder).adopt(inspection, from: path, name: name.csv)
        let obtained = ObtainedRoll(path: kept, inspection: inspection, address: address, isUnchanged: false)
        let place = kept.split(separator: "/").dropLast().joined(separator: "/")
        var file = RollFileEvidence(obtained, source: .folder("/\(place)"), isSample: try await isSample(identity))
        file.isPartial = isPartial
        return Written(file: file, read: table.read, rows: table.written, unknownColumns: table.unknownColumns)
    }

    /// Whether the rows are a part of a roll.
    private var isPartial: Bool {
        if case .data = input.origin { return true }
        return !filters.isEmpty
    }

    private var address: String {
        switch input.origin {
        case .data: "inline"
        case .file(let path): "file:\(path)"
        case .table(let table): "table:\(table)"
        }
    }

    /// The rows of one roll of a live table, in the layout of its file.
    private func selection() async throws -> String? {
        guard case .table(let table) = input.origin, let identity else { return nil }
        let client = try environment.database()
        let columns = try await client.withConnection { try await StagedTable.columns(of: table, $0) }
        let fields = layout.fields.map { "\(StagedTable.expression($0, dataset, columns)) AS \"\($0.name)\"" }
        return """
            SELECT \(fields.joined(separator: ", ")) FROM \(table) WHERE co_no = \(identity.county.number)
            AND asmnt_yr = \(identity.year) AND roll = '\(identity.roll.rawValue)'
            """
    }

    /// Whether a live roll is synthetic; rows from elsewhere are taken for what they say they are.
    private func isSample(_ identity: RollIdentity) async throws -> Bool {
        guard case .table = input.origin else { return false }
        let last = try await environment.database().query(
            """
            SELECT is_sample FROM source_files WHERE dataset = $1 AND co_no = $2 AND roll = $3 AND year = $4
            ORDER BY loaded_at DESC, id DESC LIMIT 1
            """,
            [
                .text(dataset.rawValue), .int(identity.county.number), .text(identity.roll.rawValue),
                .int(identity.year),
            ]
        )
        return try last.first?.decode("is_sample") ?? false
    }
}
