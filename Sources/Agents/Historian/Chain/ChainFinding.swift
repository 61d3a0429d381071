/// Something that is wrong with a chain, or that a person should know of it.
package struct ChainFinding: Codable, Sendable, Hashable {
    /// What is wrong.
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// The fields of an entry are not those that its hash was made of.
        case changed
        /// An entry, its hash included, is not the one that the next was chained to.
        case rewritten
        /// Entries are missing.
        case removed
        /// An entry stands where none was written.
        case inserted
        /// Entries are missing at the end.
        case truncated
        /// The chain is not the one that somebody wrote a hash of down.
        case replaced
        /// Nothing outside of PostgreSQL tells how long the chain was.
        case unanchored
        /// The historian itself noted, as it wrote, that the chain was not as it had left it.
        case noted
    }

    /// What is wrong.
    package var kind: Kind
    /// The first entry concerned.
    package var sequence: Int
    /// The last entry concerned.
    package var lastSequence: Int
    /// The event of the first entry; nil where the entry is not there.
    package var eventID: String?
    /// The operation of the first entry.
    package var operationID: String?
    /// What it means, for a person.
    package var message: String

    enum CodingKeys: String, CodingKey {
        case kind, sequence, message
        case lastSequence = "last_sequence"
        case eventID = "event_id"
        case operationID = "operation_id"
    }

    init(_ kind: Kind, _ sequence: Int, through last: Int? = nil, of entry: HistoryEntry? = nil, _ message: String) {
        self.kind = kind
        self.sequence = sequence
        lastSequence = last ?? sequence
        eventID = entry?.eventID
        operationID = entry?.operationID
        self.message = message
    }

    /// Whether the chain is not what was written; an anchor that is missing proves nothing.
    package var isDamage: Bool { kind != .unanchored }
}

/// The place and hash of an entry, as somebody wrote them down.
package struct ChainMark: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The entry's place.
    package var sequence: Int
    /// The entry's hash.
    package var hash: String

    /// Combines the parts.
    package init(sequence: Int, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Reads `SEQUENCE:HASH`; `nil` for anything else.
    package init?(_ text: String) {
        let words = text.split(separator: ":", omittingEmptySubsequences: false)
        guard words.count == 2, let sequence = Int(words[0]), sequence > 0, words[1].count == 64,
            words[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(sequence: sequence, hash: words[1].lowercased())
    }

    package var description: String { "\(sequence):\(hash)" }
}
