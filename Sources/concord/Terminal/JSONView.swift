import JobModel

/// A JSON document as a person reads it: one member a line, as in YAML.
struct JSONView {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// The lines.
    var lines: [String] { Self.lines(value) }

    private static func lines(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty:
            members.sorted { $0.key < $1.key }.flatMap { name, member in entry("\(name):", member) }
        case .array(let elements) where !elements.isEmpty: elements.flatMap { entry("-", $0) }
        default: [text(value)]
        }
    }

    private static func entry(_ head: String, _ value: JSONValue) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty: [head] + lines(value).map { "  " + $0 }
        case .array(let elements) where !elements.isEmpty: [head] + lines(value).map { "  " + $0 }
        default: ["\(head) \(text(value))"]
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): Moment.count(number)
        case .number(let number): String(number)
        case .string(let text): text.isEmpty ? "\"\"" : text
        case .array: "(none)"
        case .object: "(empty)"
        }
    }
}
