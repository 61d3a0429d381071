/// A column of a result.
package struct PostgresColumn: Sendable, Equatable {
    /// The column's name or alias.
    package let name: String
    /// The column's type.
    package let type: PostgresType
}

/// The rows of a query, all of them in memory; COPY streams what is too large for that.
package struct PostgresRows: RandomAccessCollection, Sendable {
    /// The columns in their order.
    package let columns: [PostgresColumn]
    let result: LibpqResult
    let positions: [String: Int]

    init(_ result: LibpqResult) {
        self.result = result
        columns = result.columns()
        // Of two columns with one name the first counts.
        positions = Dictionary(columns.enumerated().map { ($1.name, $0) }) { first, _ in first }
        endIndex = result.rowCount
    }

    /// Zero.
    package var startIndex: Int { 0 }

    /// The number of rows.
    package let endIndex: Int

    /// The row at a position.
    package subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return PostgresRow(rows: self, index: position)
    }
}
