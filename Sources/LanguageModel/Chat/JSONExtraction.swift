package import JobModel

/// Finds the JSON document in what a model wrote around it.
package enum JSONExtraction {
    /// The first object or array: the whole text, else what a code fence holds, else the first one inside of the text.
    package static func document(in text: String) -> JSONValue? {
        let bytes = Array(text.utf8)
        if let whole = parsed(bytes[...]) { return whole }
        for fenced in fences(in: text) {
            if let document = parsed(Array(fenced.utf8)[...]) { return document }
        }
        var place = 0
        var tries = 0
        while tries < 32, let start = bytes[place...].firstIndex(where: { $0 == brace || $0 == bracket }) {
            tries += 1
            if let end = end(of: bytes, from: start), let document = parsed(bytes[start..<end]) { return document }
            place = start + 1
        }
        return nil
    }

    private static let brace = UInt8(ascii: "{")
    private static let bracket = UInt8(ascii: "[")

    private static func parsed(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
        guard let value = try? JSONValue(parsing: bytes) else { return nil }
        switch value {
        case .object, .array: return value
        case .null, .bool, .integer, .number, .string: return nil
        }
    }

    /// What stands between lines that begin with three backticks.
    private static func fences(in text: String) -> [String] {
        var fences: [String] = []
        var open: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                if let lines = open { fences.append(lines.joined(separator: "\n")) }
                open = open == nil ? [] : nil
            } else {
                open?.append(line)
            }
        }
        return fences
    }

    /// The place behind the bracket that closes the one at `start`; `nil` when the text ends before.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var isInString = false
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\") where isInString: place += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString:
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return nil
    }
}
