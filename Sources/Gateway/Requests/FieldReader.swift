import JobModel
import Orchestrator

/// Takes the members out of a JSON object one by one, and remembers everything that is wrong, not only the first.
struct FieldReader {
    /// What stands before the members' names in errors.
    let path: String
    private let members: [String: JSONValue]
    private var known: [String] = []
    private var defects: [FieldDefect] = []

    /// A reader of an object; `path` is such as `policy.`.
    init(_ members: [String: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    /// The value of a member, read by `convert`; `nil` where it is absent or null, or where `convert` answers `nil`,
    /// which is an error that `expected` explains.
    mutating func take<Value>(
        _ name: String,
        required: Bool = false,
        _ expected: String,
        _ convert: (JSONValue) -> Value?
    ) -> Value? {
        known.append(name)
        guard let member = members[name], member != .null else {
            if required { note(name, "is missing") }
            return nil
        }
        guard let value = convert(member) else {
            note(name, expected)
            return nil
        }
        return value
    }

    /// A string.
    mutating func string(_ name: String, required: Bool = false, bytes: ClosedRange<Int>? = nil) -> String? {
        let expected =
            bytes.map { "must be a string of \($0.lowerBound) to \($0.upperBound) bytes" } ?? "must be a string"
        return take(name, required: required, expected) { value in
            value.string.flatMap { bytes?.contains($0.utf8.count) == false ? nil : $0 }
        }
    }

    /// A whole number in a range.
    mutating func integer(_ name: String, required: Bool = false, _ range: ClosedRange<Int>) -> Int? {
        take(name, required: required, "must be a whole number from \(range.lowerBound) to \(range.upperBound)") {
            value in
            value.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number in a range.
    mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        take(name, "must be a number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.double.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An object.
    mutating func object(_ name: String, required: Bool = false) -> [String: JSONValue]? {
        take(name, required: required, "must be an object") { value in
            if case .object(let members) = value { members } else { nil }
        }
    }

    /// One of an enumeration's words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        required: Bool = false,
        _ type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return take(name, required: required, "must be one of \(words)") { $0.string.flatMap(Word.init(rawValue:)) }
    }

    /// What stands before the names of a member's own members.
    func path(of name: String) -> String { path + name + "." }

    /// Remembers a defect of a member.
    mutating func note(_ name: String, _ message: String) { defects.append(FieldDefect(path + name, message)) }

    /// Remembers defects that were found inside of a member.
    mutating func note(_ inner: [FieldDefect]) { defects += inner }

    /// Everything that is wrong, unknown members included; call it after the last member was taken.
    func finish() -> [FieldDefect] {
        let unknown = members.keys.filter { !known.contains($0) }.sorted()
        return defects
            + unknown.map { FieldDefect(path + $0, "is unknown; known are \(known.joined(separator: ", "))") }
    }

    /// - Throws: the ``Problem`` that names everything that is wrong.
    func check() throws(Problem) {
        let defects = finish()
        if !defects.isEmpty { throw .invalid(defects) }
    }
}
