import JobModel
import LanguageModel

/// A document whose lists of objects stand below it as tables.
///
/// The first line is the document as compact JSON, with `"@T1"` in place of the first table (`"@K1"` where it stands for an
/// object of objects, whose names are then the column `"@key"`). A table is:
///
///     @T1 200 rows; columns row,rule,parcel
///     all rows: county=16,year=2025
///     prefixes: parcel=58-
///     2 codes of rule,severity
///     A=R-DOR-UC,error
///     B=R-JV-POS,warning
///     rows:
///     17,A,0554-226
///
/// An empty cell is a member that is not there, which is neither `null` nor `""`.
enum ColumnarText {
    /// A document with what it would cost, and the tables in it.
    private indirect enum Node {
        case leaf(JSONValue, cost: Int)
        case array([Node], cost: Int)
        case object([String: Node], cost: Int)
        case table(body: String, isKeyed: Bool, cost: Int)

        var cost: Int {
            switch self {
            case .leaf(_, let cost), .array(_, let cost), .object(_, let cost), .table(_, _, let cost): cost
            }
        }
    }

    /// The column of the names where a table stands for an object of objects.
    static let keyColumn = "@key"

    /// Encodes a document whose strings with `@` are handles or escaped, see ``EvidenceHandles``.
    ///
    /// - Returns: `nil` where nothing in it is cheaper as a table.
    static func encode(_ document: JSONValue) -> String? {
        var bodies: [String] = []
        let root = skeleton(node(document), &bodies)
        guard !bodies.isEmpty else { return nil }
        return ([JSONText.encode(root)] + bodies).joined(separator: "\n")
    }

    private static func skeleton(_ node: Node, _ bodies: inout [String]) -> JSONValue {
        switch node {
        case .leaf(let value, _): return value
        case .array(let elements, _):
            var values: [JSONValue] = []
            for element in elements { values.append(skeleton(element, &bodies)) }
            return .array(values)
        case .object(let members, _):
            var values: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) { values[name] = skeleton(member, &bodies) }
            return .object(values)
        case .table(let body, let isKeyed, _):
            let marker = "@\(isKeyed ? "K" : "T")\(bodies.count + 1)"
            bodies.append("\(marker) \(body)")
            return .string(marker)
        }
    }

    /// The cheaper of a table and of what its elements cost by themselves, at every depth.
    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .array(let elements):
            let nodes = elements.map(node)
            return cheaper(.array(nodes, cost: nodes.reduce(2) { $0 + $1.cost + 1 }), elements, isKeyed: false)
        case .object(let members):
            let nodes = members.mapValues(node)
            let names = members.keys.reduce(0) { $0 + TokenEstimator.count($1) + 2 }
            let plain = Node.object(nodes, cost: nodes.values.reduce(2 + names) { $0 + $1.cost })
            guard members.count >= 3 else { return plain }
            var elements: [JSONValue] = []
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                guard case .object(var inner) = member, inner[keyColumn] == nil else { return plain }
                inner[keyColumn] = .string(name)
                elements.append(.object(inner))
            }
            return cheaper(plain, elements, isKeyed: true)
        case .null, .bool, .integer, .number, .string:
            return .leaf(value, cost: TokenEstimator.count(JSONText.encode(value)))
        }
    }

    private static func cheaper(_ plain: Node, _ elements: [JSONValue], isKeyed: Bool) -> Node {
        guard let table = EvidenceTable(elements) else { return plain }
        let body = text(of: TableCoding(table))
        let cost = TokenEstimator.count(body) + 6
        return cost < plain.cost ? .table(body: body, isKeyed: isKeyed, cost: cost) : plain
    }

    /// A table's text without its marker.
    static func text(of coding: TableCoding) -> String {
        let table = coding.table
        func name(_ column: Int) -> String { EvidenceTable.name(of: table.columns[column]) }
        let columns = coding.rowColumns.map(name).joined(separator: ",")
        var lines = ["\(table.rows.count) rows; columns \(columns)"]
        if !coding.constants.isEmpty {
            let cells = coding.constants.map { "\(name($0))=\(CellText.text(of: table.rows[0][$0]))" }
            lines.append("all rows: " + cells.joined(separator: ","))
        }
        if !coding.prefixes.isEmpty {
            let cells = coding.prefixes.sorted { $0.key < $1.key }
                .map { "\(name($0.key))=\(CellText.text(of: .string($0.value)))" }
            lines.append("prefixes: " + cells.joined(separator: ","))
        }
        for dictionary in coding.dictionaries {
            let names = dictionary.columns.map(name).joined(separator: ",")
            lines.append("\(dictionary.firstRows.count) codes of \(names)")
            for (number, row) in dictionary.firstRows.enumerated() {
                let cells = dictionary.columns.map { CellText.text(of: table.rows[row][$0]) }
                lines.append("\(TableCoding.code(number))=" + cells.joined(separator: ","))
            }
        }
        guard !coding.rowColumns.isEmpty else { return lines.joined(separator: "\n") }
        // Without this line a first row could be taken for one of those above.
        lines.append("rows:")
        var codes: [Int: [Int]] = [:]
        for dictionary in coding.dictionaries { codes[dictionary.columns[0]] = dictionary.codes }
        for (number, row) in table.rows.enumerated() {
            let cells = coding.rowColumns.map { column in
                if let code = codes[column] { return TableCoding.code(code[number]) }
                guard let prefix = coding.prefixes[column], case .string(let text)? = row[column] else {
                    return CellText.text(of: row[column])
                }
                var rest = ""
                rest.unicodeScalars.append(contentsOf: text.unicodeScalars.dropFirst(prefix.unicodeScalars.count))
                return CellText.text(ofString: rest)
            }
            lines.append(cells.joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }
}
