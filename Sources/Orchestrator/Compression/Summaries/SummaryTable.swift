import JobModel
import LanguageModel

/// A table as the lossy levels see it: which column groups it, which one names a row, which one says something of it.
struct SummaryTable: Sendable {
    let coding: TableCoding
    var table: EvidenceTable { coding.table }

    init(_ table: EvidenceTable) { coding = TableCoding(table) }

    /// The column whose few values tell the rows apart best; `nil` where none has few.
    var groupColumn: Int? {
        if let column = coding.dictionaries.first?.columns.first { return column }
        let limit = max(3, table.rows.count / 4)
        return table.columns.indices
            .filter { (2...limit).contains(coding.valueCounts[$0]) && isScalar($0) }
            .min { coding.valueCounts[$0] < coding.valueCounts[$1] }
    }

    /// Rows by the value of a column, the largest group first.
    func groups(by column: Int) -> [[Int]] {
        var groups = Array(repeating: [Int](), count: coding.valueCounts[column])
        for (row, value) in coding.valueNumbers[column].enumerated() { groups[value].append(row) }
        return groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }

    /// The column that names a row at the least cost; `nil` where no column is different in nearly every row.
    func identityColumn(without column: Int?) -> Int? {
        table.columns.indices
            .filter { $0 != column && isScalar($0) && coding.valueCounts[$0] * 10 >= table.rows.count * 9 }
            .min { cost(of: $0) < cost(of: $1) }
    }

    /// The column that says most of a row beside its name: the one with the most different values that repeat.
    func valueColumn(without known: [Int]) -> Int? {
        coding.rowColumns
            .filter { !known.contains($0) && isScalar($0) && coding.valueCounts[$0] * 10 < table.rows.count * 9 }
            .max { coding.valueCounts[$0] < coding.valueCounts[$1] }
    }

    /// Whether no cell of a column is a list or an object.
    func isScalar(_ column: Int) -> Bool {
        table.rows.allSatisfy { row in
            switch row[column] {
            case .array?, .object?: false
            default: true
            }
        }
    }

    func name(_ column: Int) -> String { EvidenceTable.name(of: table.columns[column]) }

    /// A cell's text, cut where it is long.
    func text(_ row: Int, _ column: Int, limit: Int = 80) -> String {
        table.rows[row][column].map { CellText.text(of: LossyText.shortened($0, limit: limit)) } ?? "(none)"
    }

    private func cost(of column: Int) -> Int {
        table.rows.prefix(50).reduce(0) { $0 + TokenEstimator.count(CellText.text(of: $1[column])) }
    }
}
