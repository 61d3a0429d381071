import JobModel

/// Holds an answer against its evidence: what it names must exist, and its numbers must stand there.
///
/// A model that is sure of a wrong number is the usual failure; this catches it without asking another one.
struct AnswerGate: Sendable {
    private var numbers: Set<String> = []
    private var values: [Double] = []

    /// A gate that lets through the numbers of documents and texts.
    init(documents: [JSONValue], texts: [String]) {
        for document in documents { add(document) }
        for text in texts { add(text) }
        values.sort()
    }

    /// The numbers in an answer that stand nowhere, as they are written there.
    func strangers(in answer: String) -> [String] {
        Self.numbers(in: answer).filter { !accepts($0) }.map(\.text)
    }

    private mutating func add(_ document: JSONValue) {
        switch document {
        case .integer(let value): values.append(Double(value))
        case .number(let value): values.append(value)
        case .string(let text): add(text)
        case .array(let elements):
            values.append(Double(elements.count))
            for element in elements { add(element) }
        case .object(let members):
            for (name, member) in members {
                add(name)
                add(member)
            }
        case .null, .bool: break
        }
    }

    private mutating func add(_ text: String) {
        for number in Self.numbers(in: text) {
            numbers.insert(number.digits)
            values.append(number.value)
        }
    }

    private func accepts(_ number: Number) -> Bool {
        if numbers.contains(number.digits) { return true }
        // A share may be written as a percentage, and both may be rounded to what is shown.
        let scales: [Double] = number.isPercentage ? [1, 0.01] : [1]
        return scales.contains { scale in
            let tolerance = number.isInteger && scale == 1 ? 0 : number.unit * scale / 2
            return hasValue(near: number.value * scale, within: tolerance * (1 + 1e-9) + 1e-9)
        }
    }

    private func hasValue(near value: Double, within tolerance: Double) -> Bool {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value - tolerance { low = middle + 1 } else { high = middle }
        }
        return low < values.count && values[low] <= value + tolerance
    }

    private struct Number {
        var text: String
        /// Without separators of thousands.
        var digits: String
        var value: Double
        /// The weight of its last digit.
        var unit: Double
        var isPercentage: Bool
        var isInteger: Bool { unit >= 1 }
    }

    /// The numbers in a text; digits within a word, such as in `E1`, are part of a name.
    private static func numbers(in text: String) -> [Number] {
        // The first alternative swallows words whole, with the digits in them.
        text.matches(of: /[A-Za-z_][A-Za-z0-9_]*|(\d+(?:,\d{3})*(?:\.\d+)?\s?%?)/).compactMap { match in
            guard let found = match.output.1 else { return nil }
            let written = String(found).trimmingSuffix { $0.isWhitespace }
            let digits = written.filter { $0.isNumber || $0 == "." }
            guard let value = Double(digits) else { return nil }
            let places = digits.split(separator: ".").dropFirst().first?.count ?? 0
            var unit = 1.0
            for _ in 0..<places { unit /= 10 }
            return Number(
                text: written,
                digits: digits,
                value: value,
                unit: unit,
                isPercentage: written.hasSuffix("%")
            )
        }
    }
}

extension String {
    /// The text without the characters at its end that `belongs` accepts.
    fileprivate func trimmingSuffix(while belongs: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, belongs(last) { text = text.dropLast() }
        return String(text)
    }
}
