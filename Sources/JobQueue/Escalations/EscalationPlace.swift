/// Where an escalation stands in an ordered list: what a cursor says.
struct EscalationPlace: Hashable, Sendable {
    /// The value that the list is ordered by; `nil` for none, which comes last.
    var key: Double?
    var id: String

    init(key: Double?, id: String) {
        self.key = key
        self.id = id
    }

    init(_ escalation: EscalationSnapshot, by sort: EscalationFilter.Sort) {
        id = escalation.id
        switch sort {
        case .opened: key = Double(escalation.openedMilliseconds)
        case .due: key = escalation.dueMilliseconds.map(Double.init)
        case .confidence: key = escalation.confidence.isNaN ? nil : escalation.confidence
        case .decided: key = escalation.decidedMilliseconds.map(Double.init)
        }
    }

    /// The text of a cursor, `KEY~ID`.
    var cursor: String { "\(key.map { "\($0)" } ?? "")~\(id)" }

    /// Reads a cursor; `nil` when it is none.
    init?(cursor: String) {
        guard let mark = cursor.firstIndex(of: "~") else { return nil }
        let text = cursor[..<mark]
        id = String(cursor[cursor.index(after: mark)...])
        guard !id.isEmpty else { return nil }
        if !text.isEmpty {
            guard let number = Double(text), number.isFinite else { return nil }
            key = number
        }
    }

    /// Whether this place comes before another in a list.
    func precedes(_ other: EscalationPlace, ascending: Bool) -> Bool {
        switch (key, other.key) {
        case (let mine?, let theirs?) where mine != theirs: ascending ? mine < theirs : mine > theirs
        case (nil, .some): false
        case (.some, nil): true
        default: ascending ? id < other.id : id > other.id
        }
    }
}
