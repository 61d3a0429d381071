import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Rows from wherever a job has them: its own parameters, a file, or a table of the property database.
struct TableInput {
    enum Origin {
        case data([[String: JSONValue]])
        case file(String)
        case table(String)
    }

    let origin: Origin
    let environment: WorkerEnvironment

    /// The tables that may be read; a name from a job is looked up here.
    static let tables = [
        "parcels", "sales", "tangible", "sunbiz_entities", "sunbiz_officers", "sunbiz_events",
        "sunbiz_fictitious_names", "sunbiz_fictitious_owners", "counties", "use_codes", "source_files",
    ]

    /// Reads which of the three a job gives; exactly one.
    init(
        data: [[String: JSONValue]]?,
        path: String?,
        table: String?,
        environment: WorkerEnvironment
    ) throws(JobFailure) {
        self.environment = environment
        switch (data, path, table) {
        case (let data?, nil, nil):
            guard !data.isEmpty else { throw JobFailure("empty_data", "there are no rows", field: "data") }
            origin = .data(data)
        case (nil, let path?, nil): origin = .file(try Self.allowed(path, environment))
        case (nil, nil, let table?):
            guard Self.tables.contains(table) else {
                let known = Self.tables.joined(separator: ", ")
                throw JobFailure("unknown_table", "the table is one of \(known)", field: "table")
            }
            origin = .table(table)
        default: throw JobFailure("invalid_parameters", "give one of data, path and table", field: "data")
        }
    }

    /// Hands out the header and the rows, numbered from 1 and with blanks empty; the body says whether to go on.
    ///
    /// `selection` stands in place of `table` in a query on it: columns and a condition, made by this module.
    func read(
        selection: String? = nil,
        progress: @escaping ProgressReport,
        header: ([String]) throws -> Void,
        row: (_ values: [String], _ number: Int) throws -> Bool
    ) async throws {
        switch origin {
        case .data(let rows): try Self.read(rows, header, row)
        case .file(let path):
            try await DelimitedFile(path: path).read(progress: progress, header: header) { values, line in
                try row(values, line - 1)
            }
        case .table(let table):
            try await read(selection ?? "SELECT * FROM \(table)", progress, header, row)
        }
    }

    private static func read(
        _ rows: [[String: JSONValue]],
        _ header: ([String]) throws -> Void,
        _ row: ([String], Int) throws -> Bool
    ) throws {
        let names = Set(rows.flatMap(\.keys)).sorted()
        try header(names)
        for (index, values) in rows.enumerated() {
            let texts = try names.map { name in
                try InlineTable.text(values[name] ?? .null, row: index + 1, field: name)
            }
            guard try row(texts, index + 1) else { return }
        }
    }

    private func read(
        _ selection: String,
        _ progress: @escaping ProgressReport,
        _ header: ([String]) throws -> Void,
        _ row: ([String], Int) throws -> Bool
    ) async throws {
        let client = try environment.database()
        let reader = CSVReader()
        var rows = RowSplitter(reader: reader)
        var number = 0
        var done = 0
        do {
            try await client.withConnection { connection in
                try await connection.copyOut("COPY (\(selection)) TO STDOUT (FORMAT csv, HEADER)") { chunk in
                    chunk.withUnsafeBytes { reader.append($0) }
                    done += chunk.count
                    let isWanted = try rows.drain(header) { values, _ in
                        number += 1
                        return try row(values, number)
                    }
                    guard isWanted else { throw EnoughRows() }
                    try await progress(done, nil, "bytes")
                }
            }
        } catch is EnoughRows {
            return
        }
        reader.finish()
        _ = try rows.drain(header) { values, _ in
            number += 1
            return try row(values, number)
        }
    }

    /// A path within the folders that the deployment gave the worker: its work folder and the folders of its sources.
    static func allowed(
        _ path: String,
        _ environment: WorkerEnvironment,
        field: String = "path"
    ) throws(JobFailure) -> String {
        let plain = path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
        let folders =
            [environment.workFolder]
            + [environment.floridaSource, environment.sunbizSource].compactMap { source in
                guard case .folder(let path) = try? RollSource(parsing: source) else { return nil }
                return path
            }
        // Links are followed first: one within a folder may lead out of it.
        let resolved = URL(filePath: plain).resolvingSymlinksInPath().standardizedFileURL.path
        let isInside = folders.contains { folder in
            resolved.hasPrefix(URL(filePath: folder).resolvingSymlinksInPath().standardizedFileURL.path + "/")
        }
        guard isInside else {
            throw JobFailure(
                "path_not_allowed",
                "the file must lie in the work folder or in the folder of florida.source or sunbiz.source",
                field: field
            )
        }
        return resolved
    }
}

/// Ends the reading of a table whose further rows nobody wants.
private struct EnoughRows: Error {}
