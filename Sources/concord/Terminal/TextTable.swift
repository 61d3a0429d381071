/// Rows in columns that line up.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// A table with a heading; numbers stand in the `rightAligned` columns.
    init(_ heading: [String], rightAligned: Set<Int> = []) {
        rows = [heading]
        self.rightAligned = rightAligned
    }

    /// Adds a row, one cell a column.
    mutating func append(_ cells: [String]) { rows.append(cells) }

    /// The lines; the heading is dim where there are colours.
    func lines(_ terminal: Terminal) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.enumerated().map { number, row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? space + cell : cell + space
            }
            let line = cells.joined(separator: "  ").trimmingTrailingSpaces()
            return number == 0 ? terminal.styled(line, .dim) : line
        }
    }
}

extension String {
    /// The text with spaces behind it, so many columns wide at least.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate func trimmingTrailingSpaces() -> String {
        String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
    }
}
