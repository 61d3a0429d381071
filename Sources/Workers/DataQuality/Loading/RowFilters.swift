import JobQueue
import PropertyData

/// Which rows a job wants, by the fields of their dataset.
struct RowFilters: Sendable {
    /// One field's condition.
    enum Condition: Sendable {
        case values(Set<String>)
        case range(ClosedRange<Int>)
    }

    private let conditions: [(field: Int, condition: Condition)]

    /// Reads the filters of a job: a value, a list of values, or `{"minimum":…, "maximum":…}` for each field.
    init(_ filters: [String: JSONValue], layout: FileLayout) throws(JobFailure) {
        var conditions: [(field: Int, condition: Condition)] = []
        for (name, value) in filters.sorted(by: { $0.key < $1.key }) {
            guard let field = layout.index(of: name) else {
                throw JobFailure("unknown_filter", "the \(layout.dataset) has no such field", field: "filters.\(name)")
            }
            conditions.append((field, try Self.condition(value, name)))
        }
        self.conditions = conditions
    }

    /// Whether nothing is filtered.
    var isEmpty: Bool { conditions.isEmpty }

    /// Whether a row of the layout's fields passes.
    func pass(_ values: [String]) -> Bool {
        conditions.allSatisfy { field, condition in
            switch condition {
            case .values(let wanted): wanted.contains(values[field])
            case .range(let range): Int(values[field]).map(range.contains) ?? false
            }
        }
    }

    private static func condition(_ value: JSONValue, _ name: String) throws(JobFailure) -> Condition {
        switch value {
        case .string(let text): return .values([text])
        case .integer(let number): return .values([String(number)])
        case .array(let elements):
            let texts = elements.compactMap { $0.string ?? $0.int.map(String.init) }
            if texts.count == elements.count, !texts.isEmpty { return .values(Set(texts)) }
        case .object(let members):
            let (low, high) = (members["minimum"], members["maximum"])
            let isKnown = Set(members.keys).isSubset(of: ["minimum", "maximum"]) && !members.isEmpty
            let bounds = (low.map(\.int) ?? .some(.min), high.map(\.int) ?? .some(.max))
            if isKnown, let least = bounds.0, let most = bounds.1, least <= most { return .range(least...most) }
        default: break
        }
        throw JobFailure(
            "invalid_filter",
            "a filter is a text, a whole number, a list of them, or an object of minimum and maximum",
            field: "filters.\(name)"
        )
    }
}
