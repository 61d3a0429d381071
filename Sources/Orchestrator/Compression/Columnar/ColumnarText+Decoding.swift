import JobModel

extension ColumnarText {
    /// Restores the document of a text.
    ///
    /// - Throws: ``ColumnarError``.
    static func decode(_ text: String) throws(ColumnarError) -> JSONValue {
        // By bytes: a carriage return before the line end would make one character of the two.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let first = lines.first, let document = try? JSONValue(parsing: first) else {
            throw ColumnarError("the first line is no JSON")
        }
        var reader = LineReader(lines: lines[1...])
        var tables: [String: JSONValue] = [:]
        while let line = reader.next() {
            let (marker, value) = try table(line, &reader)
            tables[marker] = value
        }
        return expand(document, tables)
    }

    private static func expand(_ value: JSONValue, _ tables: [String: JSONValue]) -> JSONValue {
        switch value {
        case .string(let text): tables[text] ?? value
        case .array(let elements): .array(elements.map { expand($0, tables) })
        case .object(let members): .object(members.mapValues { expand($0, tables) })
        case .null, .bool, .integer, .number: value
        }
    }

    private struct LineReader {
        var lines: ArraySlice<String>

        mutating func next() -> String? { lines.popFirst() }

        /// What follows a beginning, where the next line has it.
        mutating func next(after beginning: String) -> String? {
            guard let line = lines.first, line.hasPrefix(beginning) else { return nil }
            lines = lines.dropFirst()
            return String(line.dropFirst(beginning.count))
        }

        mutating func required() throws(ColumnarError) -> String {
            guard let line = next() else { throw ColumnarError("the text ends within a table") }
            return line
        }
    }

    private static func table(
        _ header: String,
        _ reader: inout LineReader
    ) throws(ColumnarError) -> (String, JSONValue) {
        let parts = header.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let count = Int(parts[1]), parts[2] == "rows;", parts[3] == "columns" else {
            throw ColumnarError("a table's first line is not of the form")
        }
        let columns = parts[4].isEmpty ? [] : CellText.cells(of: parts[4])
        var constants: [(EvidenceTable.Path, JSONValue?)] = []
        for cell in reader.next(after: "all rows: ").map(CellText.namedCells) ?? [] {
            let (name, value) = try named(cell)
            constants.append((try EvidenceTable.path(of: name), try CellText.value(of: value)))
        }
        var prefixes: [String: String] = [:]
        for cell in reader.next(after: "prefixes: ").map(CellText.namedCells) ?? [] {
            let (name, value) = try named(cell)
            prefixes[name] = try CellText.value(of: value)?.string
        }
        let dictionaries = try dictionaries(&reader)
        guard columns.isEmpty || reader.next() == "rows:" else { throw ColumnarError("a table has no rows") }
        var elements: [JSONValue] = []
        for _ in 0..<count {
            var cells = constants
            if !columns.isEmpty {
                let row = CellText.cells(of: try reader.required())
                guard row.count == columns.count else { throw ColumnarError("a row has another number of cells") }
                for (name, cell) in zip(columns, row) {
                    if let dictionary = dictionaries[name] {
                        guard let entry = dictionary[cell] else { throw ColumnarError("a row has an unknown code") }
                        cells += entry
                    } else if let prefix = prefixes[name] {
                        let text = try CellText.string(of: cell)
                        cells.append((try EvidenceTable.path(of: name), text.map { .string(prefix + $0) }))
                    } else {
                        cells.append((try EvidenceTable.path(of: name), try CellText.value(of: cell)))
                    }
                }
            }
            elements.append(EvidenceTable.object(cells))
        }
        return (parts[0], parts[0].hasPrefix("@K") ? try keyed(elements) : .array(elements))
    }

    private typealias Entry = [(EvidenceTable.Path, JSONValue?)]

    private static func dictionaries(_ reader: inout LineReader) throws(ColumnarError) -> [String: [String: Entry]] {
        var dictionaries: [String: [String: Entry]] = [:]
        while let line = reader.lines.first, let (count, names) = codesHeader(line) {
            reader.lines = reader.lines.dropFirst()
            var paths: [EvidenceTable.Path] = []
            for name in names { paths.append(try EvidenceTable.path(of: name)) }
            var entries: [String: Entry] = [:]
            for _ in 0..<count {
                let (code, text) = try named(try reader.required())
                var entry: Entry = []
                for (path, cell) in zip(paths, CellText.cells(of: text)) {
                    entry.append((path, try CellText.value(of: cell)))
                }
                entries[code] = entry
            }
            dictionaries[names[0]] = entries
        }
        return dictionaries
    }

    /// `3 codes of rule,severity`.
    private static func codesHeader(_ line: String) -> (count: Int, names: [String])? {
        let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard parts.count == 4, parts[1] == "codes", parts[2] == "of", let count = Int(parts[0]) else { return nil }
        return (count, CellText.cells(of: parts[3]))
    }

    /// `name=value`; the name may be a JSON list with any character in it.
    private static func named(_ cell: String) throws(ColumnarError) -> (name: String, value: String) {
        let parts = CellText.split(cell, at: UInt8(ascii: "="), limit: 2)
        guard parts.count == 2 else { throw ColumnarError("a cell has no name") }
        return (parts[0], parts[1])
    }

    private static func keyed(_ elements: [JSONValue]) throws(ColumnarError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for element in elements {
            guard case .object(var inner) = element, let name = inner.removeValue(forKey: keyColumn)?.string else {
                throw ColumnarError("a row has no key")
            }
            members[name] = .object(inner)
        }
        return .object(members)
    }
}
