/// The place of an event among those of a flow, `MILLISECONDS-SEQUENCE.POSITION` as its id says it.
struct EventPlace: Comparable, Sendable {
    let milliseconds: UInt64
    let sequence: UInt64
    /// Among the events of its flow in the entry; before the first of them in ``beginning``.
    let position: Int

    /// Before everything.
    static let beginning = EventPlace(milliseconds: 0, sequence: 0, position: -1)

    /// The id of the stream entry.
    var entry: String { "\(milliseconds)-\(sequence)" }

    static func < (a: EventPlace, b: EventPlace) -> Bool {
        (a.milliseconds, a.sequence, a.position) < (b.milliseconds, b.sequence, b.position)
    }
}

extension EventPlace {
    /// Reads an event's id; without a position, it is the place after the whole entry.
    ///
    /// `nil` for a text that is none.
    init?(_ id: String) {
        let parts = id.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, let milliseconds = UInt64(words[0]), let sequence = UInt64(words[1]) else { return nil }
        var position = Int.max
        if parts.count == 2 {
            guard let number = Int(parts[1]), number >= 0 else { return nil }
            position = number
        }
        self.init(milliseconds: milliseconds, sequence: sequence, position: position)
    }
}
