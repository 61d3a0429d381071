import JobModel

/// The grouped level: every row is still there, as `name=value` under its group.
enum GroupedSummary {
    /// The document's text; `nil` where a table has no column to group by, or no column that names its rows.
    static func encode(_ document: JSONValue) -> String? {
        LossyText.encode(document) { table in
            guard let group = table.groupColumn, let identity = table.identityColumn(without: group) else { return nil }
            return text(of: table, group: group, identity: identity)
        }
    }

    private static func text(of table: SummaryTable, group: Int, identity: Int) -> String {
        let coding = table.coding
        let followers = coding.dictionaries.first { $0.columns.first == group }.map { $0.columns.dropFirst() } ?? []
        let value = table.valueColumn(without: [group, identity])
        let shown = [group, identity] + (value.map { [$0] } ?? []) + followers + coding.constants
        let hidden = table.table.columns.indices.filter { !shown.contains($0) }.map(table.name)
        var heading = "\(table.table.rows.count) rows by \(table.name(group)), each \(table.name(identity))"
        if let value { heading += "=\(table.name(value))" }
        var lines = [heading]
        if !coding.constants.isEmpty {
            let cells = coding.constants.map { "\(table.name($0))=\(table.text(0, $0))" }
            lines.append("all rows: " + cells.joined(separator: ","))
        }
        if !hidden.isEmpty { lines.append("left out: " + hidden.joined(separator: ",")) }
        for rows in table.groups(by: group) {
            let followed = followers.map { " \(table.name($0))=\(table.text(rows[0], $0))" }.joined()
            let cells = rows.map { row in
                table.text(row, identity) + (value.map { "=" + table.text(row, $0, limit: 40) } ?? "")
            }
            lines.append("\(table.text(rows[0], group))\(followed) (\(rows.count)): " + cells.joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }
}
