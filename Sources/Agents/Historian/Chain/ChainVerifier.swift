/// Reads a chain from its beginning and finds where it is not as it was written: a pure value, fed entry by entry.
///
/// Each entry is held against three things: its own hash, the hash of the entry before, and the numbers without gaps. An
/// entry that fits under another number was moved by what was inserted or removed before it, and an entry that is chained
/// to an earlier one tells which entries came in between. What follows a damaged place is judged by itself again.
package struct ChainVerifier: Sendable {
    private let namespace: String
    private let marks: [Int: String]
    /// The newest hashes by which an entry's true predecessor is found.
    private var recent: [String: Int] = [:]
    private var order: [String] = []
    private static let window = 4096

    private var last: HistoryEntry?
    /// By how much the numbers have been moved so far.
    private var shift = 0
    /// What was found so far.
    package private(set) var findings: [ChainFinding] = []
    /// How many entries were read.
    package private(set) var entries = 0
    /// How many of them are as they were written.
    package private(set) var sound = 0
    private static let mostFindings = 1000
    /// How far the number of a moved entry is looked for, and how often: a changed entry has none.
    private static let reach = 5000
    private var searches = 200_000

    /// A verifier for the chain of a namespace, held against hashes that were written down elsewhere.
    package init(namespace: String, marks: [ChainMark] = []) {
        self.namespace = namespace
        self.marks = Dictionary(marks.map { ($0.sequence, $0.hash) }) { first, _ in first }
    }

    /// The last entry that was read.
    package var head: ChainMark? { last.map { ChainMark(sequence: $0.sequence, hash: $0.hash) } }

    /// Reads the next entry; entries come in the order of their numbers.
    package mutating func read(_ entry: HistoryEntry) {
        entries += 1
        let before = findings.count
        checkNumber(entry)
        let original = originalSequence(of: entry)
        checkHash(entry, original)
        if let mark = marks[entry.sequence], mark != entry.hash {
            note(.replaced, entry, "entry \(entry.sequence) is not the one whose hash was written down")
        }
        if entry.kind == .notice {
            let isHarmless = entry.event == "anchor_missing"
            note(isHarmless ? .unanchored : .noted, entry, "the historian noted \(entry.event): \(entry.body)")
        }
        if findings.count == before { sound += 1 }
        remember(entry, isTrue: original != nil)
        last = entry
    }

    private mutating func checkNumber(_ entry: HistoryEntry) {
        let expected = (last?.sequence ?? 0) + 1
        guard entry.sequence > expected else { return }
        let count = entry.sequence - expected
        let what = count == 1 ? "entry \(expected) is" : "entries \(expected) to \(entry.sequence - 1) are"
        findings.append(ChainFinding(.removed, expected, through: entry.sequence - 1, "\(what) missing"))
    }

    private mutating func checkHash(_ entry: HistoryEntry, _ original: Int?) {
        guard let original else {
            let message = "entry \(entry.sequence) was changed after it was written: its hash is not that of its fields"
            return note(.changed, entry, message)
        }
        defer { shift = entry.sequence - original }
        // A forged entry may state the hash of a true one, which is still the one that the next was chained to.
        let isLinked =
            last.map { recent[entry.previousHash] == $0.sequence } ?? (entry.previousHash == HistoryEntry.beginning)
        guard isLinked else { return locate(entry, original: original) }
        if entry.sequence - original != shift {
            note(.changed, entry, "entry \(entry.sequence) was written as entry \(original) and renumbered")
        }
    }

    /// The number under which the entry's fields have its hash: its own, or the one it had before others were moved.
    private mutating func originalSequence(of entry: HistoryEntry) -> Int? {
        if entry.isSound(namespace: namespace) { return entry.sequence }
        var candidates = [entry.sequence - shift]
        // The number after that of the entry it is chained to is what it was written under.
        if let predecessor = recent[entry.previousHash] { candidates.append(predecessor - shift + 1) }
        if let found = candidates.first(where: { fits($0, entry) }) { return found }
        for distance in 1...Self.reach where searches > 0 {
            searches -= 1
            if fits(entry.sequence - shift + distance, entry) { return entry.sequence - shift + distance }
            if fits(entry.sequence - shift - distance, entry) { return entry.sequence - shift - distance }
        }
        return nil
    }

    private func fits(_ number: Int, _ entry: HistoryEntry) -> Bool {
        guard number > 0 else { return false }
        var moved = entry
        moved.sequence = number
        return entry.hash == moved.computedHash(namespace: namespace)
    }

    /// The entry is as it was written, and is not chained to the one that stands before it.
    private mutating func locate(_ entry: HistoryEntry, original: Int) {
        if let last, let place = recent[entry.previousHash] ?? (entry.previousHash == HistoryEntry.beginning ? 0 : nil),
            place < last.sequence
        {
            return inserted(after: place, through: last, before: entry)
        }
        let lastOriginal = last.map { $0.sequence - shift } ?? 0
        let isAdjacent = entry.sequence == (last?.sequence ?? 0) + 1
        let missing = original - lastOriginal - 1
        if missing > 0 {
            // Behind a gap, what is missing has been told.
            guard isAdjacent else { return }
            let what = missing == 1 ? "one entry was" : "\(missing) entries were"
            let message = "\(what) removed before entry \(entry.sequence), and the later ones renumbered"
            findings.append(ChainFinding(.removed, entry.sequence, message))
        } else if let last, missing == 0 {
            // That it was changed has been told.
            if let newest = findings.last, newest.kind == .changed, newest.sequence == last.sequence { return }
            let message =
                "entry \(last.sequence) was rewritten with its hash: entry \(entry.sequence) is chained to another one"
            note(.rewritten, last, message)
        } else {
            note(.changed, entry, "entry \(entry.sequence) was written as entry \(original) and moved here")
        }
    }

    private mutating func inserted(after place: Int, through last: HistoryEntry, before entry: HistoryEntry) {
        let first = place + 1
        // An inserted entry need not have been changed.
        findings.removeAll { $0.kind == .changed && (first...last.sequence).contains($0.sequence) }
        let what = first == last.sequence ? "entry \(first) was" : "entries \(first) to \(last.sequence) were"
        let chained = place == 0 ? "is the first that was written" : "is chained to entry \(place)"
        findings.append(
            ChainFinding(
                .inserted,
                first,
                through: last.sequence,
                of: first == last.sequence ? last : nil,
                "\(what) inserted: entry \(entry.sequence) \(chained)"
            )
        )
    }

    private mutating func note(_ kind: ChainFinding.Kind, _ entry: HistoryEntry, _ message: String) {
        findings.append(ChainFinding(kind, entry.sequence, of: entry, message))
    }

    /// The entry whose hash it truly is counts, whichever comes first.
    private mutating func remember(_ entry: HistoryEntry, isTrue: Bool) {
        if recent[entry.hash] == nil { order.append(entry.hash) }
        if isTrue || recent[entry.hash] == nil { recent[entry.hash] = entry.sequence }
        if order.count >= 2 * Self.window {
            for hash in order.prefix(Self.window) { recent[hash] = nil }
            order.removeFirst(Self.window)
        }
        if findings.count > Self.mostFindings { findings.removeLast(findings.count - Self.mostFindings) }
    }
}
