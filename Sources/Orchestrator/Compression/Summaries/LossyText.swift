import JobModel

/// A document in which the tables are described by a summary, and everything else is cut to a length.
struct LossyText: Sendable {
    /// Writes what takes a table's place; without its marker.
    typealias Summary = (SummaryTable) -> String?

    /// The longest string that is kept whole.
    static let longestString = 200
    /// The longest list of plain values that is kept whole.
    static let longestList = 12

    /// The text; `nil` where the summary of some table is `nil`.
    ///
    /// Lists with fewer objects than `smallest` stay as they are.
    static func encode(_ document: JSONValue, smallest: Int = 4, _ summary: Summary) -> String? {
        var tables: [String] = []
        guard let root = reduce(document, smallest, summary, &tables) else { return nil }
        return ([JSONText.encode(root)] + tables).joined(separator: "\n")
    }

    private static func reduce(
        _ value: JSONValue,
        _ smallest: Int,
        _ summary: Summary,
        _ tables: inout [String]
    ) -> JSONValue? {
        switch value {
        case .array(let elements):
            if elements.count >= smallest, let table = EvidenceTable(elements) {
                guard let text = summary(SummaryTable(table)) else { return nil }
                tables.append("@T\(tables.count + 1) \(text)")
                return .string("@T\(tables.count)")
            }
            var reduced: [JSONValue] = []
            for element in elements.prefix(longestList) {
                guard let element = reduce(element, smallest, summary, &tables) else { return nil }
                reduced.append(element)
            }
            if elements.count > longestList {
                reduced.append(.string("(\(elements.count - longestList) more of \(elements.count))"))
            }
            return .array(reduced)
        case .object(let members):
            if members.count >= max(smallest, 8), let table = Self.keyed(members) {
                guard let text = summary(SummaryTable(table)) else { return nil }
                tables.append("@K\(tables.count + 1) \(text)")
                return .string("@K\(tables.count)")
            }
            var reduced: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                guard let member = reduce(member, smallest, summary, &tables) else { return nil }
                reduced[name] = member
            }
            return .object(reduced)
        case .null, .bool, .integer, .number, .string: return shortened(value, limit: longestString)
        }
    }

    private static func keyed(_ members: [String: JSONValue]) -> EvidenceTable? {
        var elements: [JSONValue] = []
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            guard case .object(var inner) = member else { return nil }
            inner[ColumnarText.keyColumn] = .string(name)
            elements.append(.object(inner))
        }
        return EvidenceTable(elements)
    }

    /// A value whose text is cut, and says so.
    static func shortened(_ value: JSONValue, limit: Int) -> JSONValue {
        switch value {
        case .string(let text):
            return text.count <= limit ? value : .string("\(text.prefix(limit))… (\(text.count) characters)")
        case .array(let elements):
            let text = JSONText.encode(value)
            return text.count <= limit ? value : .string("(list of \(elements.count))")
        case .object(let members):
            let text = JSONText.encode(value)
            return text.count <= limit ? value : .string("(object of \(members.keys.sorted().joined(separator: " ")))")
        case .null, .bool, .integer, .number: return value
        }
    }
}
