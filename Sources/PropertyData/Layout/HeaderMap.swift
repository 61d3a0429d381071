/// Which column of a file holds which field of the layout.
package struct HeaderMap: Sendable {
    /// The column of each field, -1 for an optional field that the file does not have.
    let columns: [Int32]
    /// How many columns the file has.
    package let columnCount: Int
    /// Columns that the layout does not know: new ones of the Department's perhaps.
    package let unknown: [String]

    /// Matches a header with the layout by name.
    package init(_ header: [String], layout: FileLayout, file: String) throws(PropertyDataError) {
        var columns = [Int32](repeating: -1, count: layout.fields.count)
        var unknown: [String] = []
        for (column, name) in header.enumerated() {
            guard let field = layout.index(of: name) else {
                unknown.append(String(name.prefix(40)))
                continue
            }
            guard columns[field] == -1 else {
                let name = layout.fields[field].name
                throw PropertyDataError(.duplicateColumn, file: file, line: 1, "column \(name) is there twice")
            }
            columns[field] = Int32(column)
        }
        let missing = layout.fields.indices.filter { columns[$0] == -1 && layout.fields[$0].requirement != .optional }
            .map { layout.fields[$0].name }
        if missing.count > layout.fields.count / 2 {
            let first = header.first.map { String($0.prefix(40)) } ?? ""
            throw PropertyDataError(
                .wrongHeader,
                file: file,
                line: 1,
                "not the header of the \(layout.dataset): it begins with \"\(first)\" and \(missing.count) columns are missing"
            )
        }
        guard missing.isEmpty else {
            let more = unknown.isEmpty ? "" : "; unknown: \(unknown.joined(separator: ", "))"
            throw PropertyDataError(
                .missingColumn,
                file: file,
                line: 1,
                "the \(layout.dataset) has no column \(missing.joined(separator: ", "))\(more)"
            )
        }
        self.columns = columns
        self.unknown = unknown
        columnCount = header.count
    }
}
