import JobModel

/// A list of objects as columns and rows; members of nested objects are columns of their own.
struct EvidenceTable: Sendable {
    /// The way to a member from the row's object.
    typealias Path = [String]

    /// The columns, in the order in which they first appear.
    private(set) var columns: [Path] = []
    /// A cell for each column; `nil` where the row has no such member.
    private(set) var rows: [[JSONValue?]] = []

    /// The table of a list; `nil` unless it has at least two elements, all objects, and a column.
    init?(_ elements: [JSONValue]) {
        guard elements.count >= 2 else { return nil }
        var places: [Path: Int] = [:]
        for element in elements {
            guard case .object(let members) = element else { return nil }
            var row: [JSONValue?] = Array(repeating: nil, count: columns.count)
            add(members, at: [], to: &row, &places)
            rows.append(row)
        }
        guard !columns.isEmpty else { return nil }
        for place in rows.indices {
            rows[place] += Array(repeating: nil, count: columns.count - rows[place].count)
        }
    }

    private mutating func add(
        _ members: [String: JSONValue],
        at path: Path,
        to row: inout [JSONValue?],
        _ places: inout [Path: Int]
    ) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let path = path + [name]
            // An empty object is a value: without a cell of its own it would be read back as absent.
            if case .object(let inner) = value, !inner.isEmpty {
                add(inner, at: path, to: &row, &places)
            } else if let place = places[path] {
                row[place] = value
            } else {
                places[path] = columns.count
                columns.append(path)
                row.append(value)
            }
        }
    }

    /// The object of a row's cells.
    static func object(_ cells: [(Path, JSONValue?)]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for case (let path, let value?) in cells { insert(value, at: path[...], into: &members) }
        return .object(members)
    }

    private static func insert(_ value: JSONValue, at path: ArraySlice<String>, into members: inout [String: JSONValue])
    {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            members[name] = value
            return
        }
        var inner: [String: JSONValue] = [:]
        if case .object(let known)? = members[name] { inner = known }
        insert(value, at: path.dropFirst(), into: &inner)
        members[name] = .object(inner)
    }

    /// A column's name as text: joined by dots where that is not in doubt, else a JSON list.
    static func name(of path: Path) -> String {
        let isPlain = path.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "@")
                }
        }
        return isPlain ? path.joined(separator: ".") : JSONText.encode(.array(path.map(JSONValue.string)))
    }

    /// The column of a name.
    static func path(of name: String) throws(ColumnarError) -> Path {
        guard name.utf8.first == UInt8(ascii: "[") else { return name.split(separator: ".").map(String.init) }
        guard let document = try? JSONValue(parsing: name), case .array(let parts) = document else {
            throw ColumnarError("a column's name is no list")
        }
        return parts.compactMap(\.string)
    }
}
