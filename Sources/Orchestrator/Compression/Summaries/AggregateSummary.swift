import JobModel

/// The aggregate level: how many, which values how often, between what, and a few rows as examples.
enum AggregateSummary {
    /// The most groups and frequent values that are listed.
    private static let most = 10

    /// The document's text, with so many rows of each group as examples.
    static func encode(_ document: JSONValue, examples: Int) -> String {
        // Nothing in it returns nil.
        LossyText.encode(document) { text(of: $0, examples: examples) } ?? ""
    }

    private static func text(of table: SummaryTable, examples: Int) -> String {
        let coding = table.coding
        var lines = ["\(table.table.rows.count) rows, summarized"]
        if !coding.constants.isEmpty {
            let cells = coding.constants.map { "\(table.name($0))=\(table.text(0, $0))" }
            lines.append("all rows: " + cells.joined(separator: ","))
        }
        let group = table.groupColumn
        let followers = coding.dictionaries.first { $0.columns.first == group }.map { $0.columns.dropFirst() } ?? []
        for column in table.table.columns.indices
        where column != group && !coding.constants.contains(column) && !followers.contains(column) {
            lines.append("\(table.name(column)): \(description(of: column, table))")
        }
        guard let group else {
            if examples > 0 {
                lines.append("examples: " + rows(Array(0..<min(examples, table.table.rows.count)), table))
            }
            return lines.joined(separator: "\n")
        }
        let groups = table.groups(by: group)
        for rows in groups.prefix(most) {
            let followed = followers.map { " \(table.name($0))=\(table.text(rows[0], $0))" }.joined()
            var line = "\(table.name(group))=\(table.text(rows[0], group))\(followed): \(rows.count) rows"
            if examples > 0 { line += ", such as " + Self.rows(Array(rows.prefix(examples)), table, without: group) }
            lines.append(line)
        }
        if groups.count > most {
            let rest = groups.dropFirst(most).reduce(0) { $0 + $1.count }
            lines.append("\(groups.count - most) more values of \(table.name(group)): \(rest) rows")
        }
        return lines.joined(separator: "\n")
    }

    /// Rows as `name=value name=value | …`, without what is said elsewhere.
    private static func rows(_ rows: [Int], _ table: SummaryTable, without group: Int? = nil) -> String {
        let columns = table.coding.rowColumns.filter { $0 != group }
        return rows.map { row in
            columns.compactMap { column in
                table.table.rows[row][column] == nil
                    ? nil : "\(table.name(column))=\(table.text(row, column, limit: 40))"
            }.joined(separator: " ")
        }.joined(separator: " | ")
    }

    private static func description(of column: Int, _ table: SummaryTable) -> String {
        let cells = table.table.rows.map { $0[column] }
        var parts: [String] = []
        let numbers = cells.compactMap { $0?.double }
        let present = cells.count { $0 != nil && $0 != .null }
        if numbers.count == present, let least = numbers.min(), let most = numbers.max() {
            let sum = numbers.reduce(0, +)
            parts.append("\(number(least)) to \(number(most))")
            parts.append("mean \(number(sum / Double(numbers.count)))")
            parts.append("sum \(number(sum))")
        } else {
            parts.append(values(of: column, table))
        }
        if present < cells.count { parts.append("\(cells.count - present) without") }
        return parts.joined(separator: ", ")
    }

    /// The most frequent values, or an example where nearly all differ.
    private static func values(of column: Int, _ table: SummaryTable) -> String {
        let groups = table.groups(by: column)
        if groups.count * 2 > table.table.rows.count {
            let row = table.table.rows.firstIndex { $0[column] != nil } ?? 0
            return "\(groups.count) values such as \(table.text(row, column, limit: 40))"
        }
        let shown = groups.prefix(most).map { "\(table.text($0[0], column, limit: 40)) ×\($0.count)" }
        let rest = groups.count > most ? " and \(groups.count - most) more values" : ""
        return shown.joined(separator: ", ") + rest
    }

    /// A number with at most two decimal places.
    private static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return Int(exactly: rounded).map(String.init) ?? String(rounded)
    }
}
