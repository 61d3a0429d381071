import JobModel

/// How a value is written in a table's row: as JSON, but a string without quotes where nothing is in doubt.
enum CellText {
    /// A value's text; empty for none.
    static func text(of value: JSONValue?) -> String {
        switch value {
        case nil: ""
        case .string(let text)?: isBare(text) ? text : JSONText.encode(.string(text))
        case let value?: JSONText.encode(value)
        }
    }

    /// A string's text in a column that holds nothing but strings, where `001` needs no quotes.
    static func text(ofString text: String) -> String {
        hasPlainCharacters(text) ? text : JSONText.encode(.string(text))
    }

    /// The value of a cell; `nil` for an empty one.
    ///
    /// - Throws: ``ColumnarError``.
    static func value(of cell: String) throws(ColumnarError) -> JSONValue? {
        guard let first = cell.utf8.first else { return nil }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "{"):
            guard let value = try? JSONValue(parsing: cell) else { throw ColumnarError("a cell is no JSON") }
            return value
        default: return literal(cell) ?? .string(cell)
        }
    }

    /// The string of a cell in a column of strings; `nil` for an empty cell.
    static func string(of cell: String) throws(ColumnarError) -> String? {
        guard cell.utf8.first == UInt8(ascii: "\"") else { return cell.isEmpty ? nil : cell }
        return try value(of: cell)?.string
    }

    /// Cuts a line at the commas that stand outside of JSON.
    static func cells(of line: String) -> [String] { split(line, at: UInt8(ascii: ",")) }

    /// Cuts a line of `name=value` at the commas that stand outside of JSON.
    static func namedCells(of line: String) -> [String] { split(line, at: UInt8(ascii: ","), areNamed: true) }

    /// Cuts a line at every `separator` that stands outside of JSON, which begins with a cell or behind its name.
    static func split(
        _ line: String,
        at separator: UInt8,
        areNamed: Bool = false,
        limit: Int = .max
    ) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isStart = true
        var hasName = false
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in line.utf8 {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = isStart || depth > 0
            } else if isStart || depth > 0, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                depth += 1
            } else if depth > 0, byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                depth -= 1
            } else if depth == 0, byte == separator, cells.count + 1 < limit {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
                isStart = true
                hasName = false
                continue
            }
            isStart = areNamed && !hasName && depth == 0 && !isInString && byte == UInt8(ascii: "=")
            hasName = hasName || isStart
            cell.append(byte)
        }
        cells.append(String(decoding: cell, as: UTF8.self))
        return cells
    }

    /// Whether a string without quotes is read back as that string.
    static func isBare(_ text: String) -> Bool { hasPlainCharacters(text) && literal(text) == nil }

    private static func hasPlainCharacters(_ text: String) -> Bool {
        guard let first = text.utf8.first, ![0x20, 0x22, 0x5b, 0x7b].contains(first), text.utf8.last != 0x20 else {
            return false
        }
        return text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: ",") && $0 != 0x7f }
    }

    private static func literal(_ text: String) -> JSONValue? {
        switch text {
        case "null": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default: Int(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number)
        }
    }
}

/// A columnar text that cannot be read back.
struct ColumnarError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    let description: String

    init(_ description: String) { self.description = description }
}
