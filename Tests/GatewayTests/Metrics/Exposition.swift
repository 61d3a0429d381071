/// A reader of Prometheus' text format, version 0.0.4, that accepts nothing else.
struct Exposition {
    /// What a line does wrong.
    struct Malformed: Error {
        let line: String
        let why: String
    }

    private struct Key: Hashable {
        let name: String
        let labels: [String: String]
    }

    private var samples: [Key: Double] = [:]
    /// The types of the metrics.
    private(set) var types: [String: String] = [:]

    subscript(name: String, labels: [String: String] = [:]) -> Double? { samples[Key(name: name, labels: labels)] }

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "", why: "the last line does not end") }
        var current: String?
        var seen: Set<String> = []
        var helped: Set<String> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let line = String(line)
            if line.hasPrefix("# HELP ") {
                let name = String(line.dropFirst(7).prefix { $0 != " " })
                guard helped.insert(name).inserted else { throw Malformed(line: line, why: "a second HELP") }
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, ["counter", "gauge"].contains(words[3]) else {
                    throw Malformed(line: line, why: "no type")
                }
                current = String(words[2])
                guard seen.insert(String(words[2])).inserted else { throw Malformed(line: line, why: "not together") }
                types[String(words[2])] = String(words[3])
            } else {
                let (key, value) = try Self.sample(line)
                guard key.name == current else { throw Malformed(line: line, why: "stands under another metric") }
                guard samples.updateValue(value, forKey: key) == nil else { throw Malformed(line: line, why: "twice") }
                if types[key.name] == "counter", !key.name.hasSuffix("_total") {
                    throw Malformed(line: line, why: "a counter's name ends in _total")
                }
            }
        }
    }

    private static func sample(_ line: String) throws -> (Key, Double) {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/) else {
            throw Malformed(line: line, why: "is no sample")
        }
        var labels: [String: String] = [:]
        var rest = match.output.2 ?? ""
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/) else {
                throw Malformed(line: line, why: "has labels of another form")
            }
            labels[String(label.output.1)] = unescaped(label.output.2)
            rest = rest[label.range.upperBound...]
        }
        let text = match.output.3
        guard let value = text == "+Inf" ? Double.infinity : Double(text) else {
            throw Malformed(line: line, why: "has no number")
        }
        return (Key(name: String(match.output.1), labels: labels), value)
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
