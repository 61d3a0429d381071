import JobModel
import Hummingbird
import Orchestrator

/// Reads the parameters of a query and remembers everything that is wrong with them.
///
/// Unknown parameters are passed over: clients and proxies add their own.
struct QueryReader {
    private let request: Request
    private var defects: [FieldDefect] = []

    init(_ request: Request) { self.request = request }

    /// The text of a parameter; `nil` where it is absent or empty.
    func text(_ name: String) -> String? {
        request.uri.queryParameters[name[...]].flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// A whole number in a range.
    mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        value(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of an enumeration's words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        value(name, "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))") { Word(rawValue: $0) }
    }

    /// Some of an enumeration's words, separated by commas.
    mutating func words<Word: RawRepresentable & CaseIterable & Hashable>(
        _ name: String,
        _ type: Word.Type
    ) -> Set<Word>? where Word.RawValue == String {
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return value(name, "must be one or several of \(known), separated by commas") { text in
            let words = text.split(separator: ",").map { Word(rawValue: String($0)) }
            return words.isEmpty || words.contains(nil) ? nil : Set(words.compactMap { $0 })
        }
    }

    /// `true` or `false`.
    mutating func flag(_ name: String) -> Bool? {
        value(name, "must be true or false") { Bool($0) }
    }

    /// A value that `convert` reads; an answer of `nil` is an error that `expected` explains.
    mutating func value<Value>(_ name: String, _ expected: String, _ convert: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        let value = convert(text)
        if value == nil { defects.append(FieldDefect(name, expected)) }
        return value
    }

    /// - Throws: the ``Problem`` that names every parameter that is wrong.
    func check() throws(Problem) {
        if !defects.isEmpty { throw .invalid(defects) }
    }
}
