import PropertyData

/// What the values of one column have in common; it keeps counts and shapes, and of values only short codes.
struct ColumnProfile: Sendable {
    /// Beyond so many distinct values or shapes, only their number is counted on.
    private static let limit = 10_000

    let name: String
    private(set) var rows = 0
    private(set) var blanks = 0
    private(set) var digits = 0
    private(set) var numbers = 0
    private(set) var maximumWidth = 0
    private(set) var minimumWidth = Int.max
    private(set) var leadingZeros = 0
    private var distinct: Set<Int> = []
    private var shapes: [String: Int] = [:]
    private var codes: [String: Int] = [:]

    init(name: String) {
        self.name = name
    }

    /// Takes a value in.
    mutating func add(_ value: String) {
        rows += 1
        guard !value.isEmpty else {
            blanks += 1
            return
        }
        let width = value.count
        maximumWidth = max(maximumWidth, width)
        minimumWidth = min(minimumWidth, width)
        let isDigits = value.utf8.allSatisfy { $0 &- 48 < 10 }
        if isDigits {
            digits += 1
            if width > 1, value.utf8.first == UInt8(ascii: "0") { leadingZeros += 1 }
        }
        if isDigits || Double(value) != nil { numbers += 1 }
        if distinct.count < Self.limit { distinct.insert(value.hashValue) }
        let shape = Self.shape(value)
        if shapes.count < 200 || shapes[shape] != nil { shapes[shape, default: 0] += 1 }
        if width <= 6, codes.count <= 40 || codes[value] != nil { codes[value, default: 0] += 1 }
    }

    /// The values that are there.
    var filled: Int { rows - blanks }

    /// How many different values there are; nil for more than were counted.
    var distinctCount: Int? { distinct.count < Self.limit ? distinct.count : nil }

    /// The type that the values suggest: a number with leading zeros is a code.
    var type: String {
        guard filled > 0 else { return "blank" }
        if digits == filled { return leadingZeros > 0 ? "code" : "integer" }
        if numbers == filled { return "number" }
        if Double(digits) > 0.98 * Double(filled) { return "integer" }
        return isCode ? "code" : "text"
    }

    /// The share of the values that are of that type.
    var purity: Double {
        guard filled > 0 else { return 0 }
        return switch type {
        case "integer": Double(digits) / Double(filled)
        case "number": Double(numbers) / Double(filled)
        default: 1
        }
    }

    /// Few short values that repeat.
    var isCode: Bool { maximumWidth <= 6 && codes.count <= 40 && filled >= 5 * codes.count }

    /// The short codes that the column consists of, the most frequent first; empty for a column of anything else.
    var codeValues: [String] {
        guard isCode, filled > 0 else { return [] }
        return codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map(\.key)
    }

    /// The most frequent forms: `9` a digit, `A` a letter, runs of more than four cut to `+`.
    var commonShapes: [String] {
        shapes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
    }

    /// The form of a value: nothing of it can be read back.
    static func shape(_ value: String) -> String {
        var shape = ""
        var last: Character = " "
        var run = 0
        for character in value.prefix(60) {
            let form: Character = character.isNumber ? "9" : character.isLetter ? "A" : character
            run = form == last ? run + 1 : 1
            last = form
            if run <= 4 { shape.append(form) } else if run == 5 { shape.append("+") }
        }
        return shape
    }

    /// How alike the values of two columns look, 0 to 1: type, width and forms.
    func similarity(to other: ColumnProfile) -> Double {
        guard filled > 0, other.filled > 0 else { return 0 }
        let typeScore = type == other.type ? 1.0 : 0
        let widths = Double(min(maximumWidth, other.maximumWidth)) / Double(max(maximumWidth, other.maximumWidth, 1))
        let (mine, theirs) = (Set(shapes.keys), Set(other.shapes.keys))
        let shared = Double(mine.intersection(theirs).count) / Double(max(1, min(mine.count, theirs.count)))
        return 0.4 * typeScore + 0.2 * widths + 0.4 * shared
    }
}
