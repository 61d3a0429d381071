/// PostgreSQL's text form of one-dimensional arrays: `{a,"b c",NULL}` (manual, "Array Input and Output Syntax").
enum PostgresArrayText {
    /// Writes an array; every element is quoted, so that none is taken for NULL or for syntax.
    static func encode(_ elements: [String?]) -> String {
        let items = elements.map { element in
            element.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" } ?? "NULL"
        }
        return "{\(items.joined(separator: ","))}"
    }

    /// Reads an array; nil when it is not a one-dimensional array's text.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [String?]? {
        guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        let body = UnsafeBufferPointer(rebasing: text[1..<(text.count - 1)])
        guard !body.isEmpty else { return [] }
        var elements: [String?] = []
        var element: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var index = 0
        func finish() {
            let isNull = !wasQuoted && element.elementsEqual("NULL".utf8)
            elements.append(isNull ? nil : String(decoding: element, as: UTF8.self))
            element.removeAll(keepingCapacity: true)
            wasQuoted = false
        }
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "\\") where index + 1 < body.count:
                index += 1
                element.append(body[index])
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted: finish()
            case UInt8(ascii: "{") where !isQuoted: return nil
            case let byte: element.append(byte)
            }
            index += 1
        }
        finish()
        return isQuoted ? nil : elements
    }
}
