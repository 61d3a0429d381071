import JobModel
import Testing

@testable import Agents

/// The chain without any server: what was altered must be found and named.
@Suite("The chain of the history")
struct ChainVerifierTests {
    static let namespace = "test"

    /// A chain of so many entries.
    static func chain(_ count: Int, namespace: String = namespace) throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for number in 1...count {
            let note = HistoryNote(
                eventID: "op-\(number)/1-0.0",
                kind: .operation,
                subject: "op-\(number)",
                operationID: "op-\(number)",
                event: "completed",
                happenedMilliseconds: 1000 + number,
                body: ["confidence": .number(0.5)]
            )
            entries.append(
                HistoryEntry(
                    note,
                    body: try note.body.encoded,
                    sequence: number,
                    previousHash: entries.last?.hash ?? HistoryEntry.beginning,
                    recordedMilliseconds: 2000,
                    namespace: namespace
                )
            )
        }
        return entries
    }

    static func findings(_ entries: [HistoryEntry], marks: [ChainMark] = []) -> [ChainFinding] {
        var verifier = ChainVerifier(namespace: namespace, marks: marks)
        for entry in entries { verifier.read(entry) }
        return verifier.findings
    }

    @Test("is sound as it was written, also when it is empty")
    func isSound() throws {
        #expect(Self.findings(try Self.chain(50)).isEmpty)
        #expect(Self.findings([]).isEmpty)
    }

    /// Every field of an entry, changed.
    static let changes: [(name: String, change: @Sendable (inout HistoryEntry) -> Void)] = [
        ("event", { $0.event = "failed" }), ("subject", { $0.subject = "op-x" }), ("kind", { $0.kind = .step }),
        ("event id", { $0.eventID += "1" }), ("operation", { $0.operationID = nil }), ("actor", { $0.actor = "ada" }),
        ("time", { $0.happenedMilliseconds += 1 }), ("time of record", { $0.recordedMilliseconds += 1 }),
        ("body", { $0.body = #"{"confidence":0.9}"# }), ("hash", { $0.hash = String(repeating: "a", count: 64) }),
        ("previous hash", { $0.previousHash = String(repeating: "b", count: 64) }),
    ]

    @Test("names the entry that was changed, whichever field it was", arguments: changes.indices)
    func changed(index: Int) throws {
        var entries = try Self.chain(9)
        Self.changes[index].change(&entries[4])
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.changed], "\(Self.changes[index].name): \(found)")
        #expect(found.first?.sequence == 5)
    }

    @Test("names the entry that was rewritten with a fitting hash")
    func rewritten() throws {
        var entries = try Self.chain(9)
        entries[4].body = "{}"
        entries[4].hash = entries[4].computedHash(namespace: Self.namespace)
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.rewritten])
        #expect(found.first?.sequence == 5)
        #expect(found.first?.operationID == "op-5")
    }

    @Test("names what is missing, at the beginning and in the middle", arguments: [0...0, 3...3, 2...5])
    func removed(range: ClosedRange<Int>) throws {
        var entries = try Self.chain(9)
        entries.removeSubrange(range)
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.removed])
        #expect(found.first?.sequence == range.lowerBound + 1)
        #expect(found.first?.lastSequence == range.upperBound + 1)
    }

    @Test("tells a removal that was hidden by new numbers", arguments: [3...3, 2...5, 0...1])
    func renumbered(range: ClosedRange<Int>) throws {
        var entries = try Self.chain(12)
        entries.removeSubrange(range)
        for index in entries.indices { entries[index].sequence = index + 1 }
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.removed], "\(found)")
        #expect(found.first?.sequence == range.lowerBound + 1)
    }

    @Test("names what was inserted in the middle, whether or not its hash fits", arguments: [true, false])
    func inserted(fits: Bool) throws {
        var entries = try Self.chain(9)
        var intruder = entries[4]
        intruder.eventID = "op-intruder/1-0.0"
        if fits { intruder.hash = intruder.computedHash(namespace: Self.namespace) }
        for index in 4..<9 { entries[index].sequence += 1 }
        entries.insert(intruder, at: 4)
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.inserted], "\(found)")
        #expect(found.first?.sequence == 5)
        #expect(found.first?.eventID == "op-intruder/1-0.0")
    }

    @Test("tells two alterations at two places apart")
    func several() throws {
        var entries = try Self.chain(30)
        entries[4].actor = "eve"
        entries.remove(at: 20)
        let found = Self.findings(entries)
        #expect(found.map(\.kind) == [.changed, .removed])
        #expect(found.map(\.sequence) == [5, 21])
    }

    @Test("a chain that was rewritten as a whole is sound in itself, and not the one whose mark was kept")
    func replaced() throws {
        let kept = try #require(try Self.chain(9).last)
        var forged: [HistoryEntry] = []
        for entry in try Self.chain(9) {
            var entry = entry
            if entry.sequence == 3 { entry.actor = "eve" }
            entry.previousHash = forged.last?.hash ?? HistoryEntry.beginning
            entry.hash = entry.computedHash(namespace: Self.namespace)
            forged.append(entry)
        }
        #expect(Self.findings(forged).isEmpty)
        let found = Self.findings(forged, marks: [ChainMark(sequence: 9, hash: kept.hash)])
        #expect(found.map(\.kind) == [.replaced])
    }

    @Test("an entry of another namespace does not fit")
    func namespaces() throws {
        let other = try Self.chain(3, namespace: "other")
        #expect(Self.findings(other).first?.kind == .changed)
    }

    @Test("fields that are moved into each other give another text")
    func canonical() throws {
        var entry = try #require(try Self.chain(1).first)
        entry.subject = "ab"
        entry.event = "c"
        var moved = entry
        moved.subject = "a"
        moved.event = "bc"
        #expect(entry.canonicalBytes(namespace: "n") != moved.canonicalBytes(namespace: "n"))
        #expect(entry.computedHash(namespace: "na") != entry.computedHash(namespace: "n"))
    }

    @Test("the end is judged by what Redis keeps")
    func ends() throws {
        let entries = try Self.chain(9)
        func kinds(_ count: Int, _ anchor: HistoryAnchor?, marks: [ChainMark] = []) -> [ChainFinding.Kind] {
            var verifier = ChainVerifier(namespace: Self.namespace)
            for entry in entries.prefix(count) { verifier.read(entry) }
            return verifier.finish(anchor: anchor, later: anchor, marks: marks).map(\.kind)
        }
        func mark(_ number: Int) -> ChainMark { ChainMark(sequence: number, hash: entries[number - 1].hash) }
        let anchor = HistoryAnchor(previous: mark(6), next: mark(8), confirmed: 8)
        #expect(kinds(8, anchor) == [])
        #expect(kinds(7, anchor) == [.truncated])
        #expect(kinds(9, anchor) == [.inserted])
        // A historian that died before its commit leaves the end before, one that died after it, the end behind.
        let announced = HistoryAnchor(previous: mark(6), next: mark(8), confirmed: 6)
        #expect(kinds(6, announced) == [])
        #expect(kinds(8, announced) == [])
        #expect(kinds(5, announced) == [.truncated])
        #expect(kinds(8, nil) == [.unanchored])
        #expect(kinds(0, nil) == [])
        #expect(kinds(7, nil, marks: [mark(9)]) == [.truncated, .unanchored])
        let other = HistoryAnchor(previous: mark(6), next: ChainMark(sequence: 8, hash: mark(1).hash), confirmed: 8)
        #expect(kinds(8, other) == [.replaced])
    }

    @Test("a mark is read as it is written, and nothing else is")
    func marks() throws {
        let mark = ChainMark(sequence: 12, hash: String(repeating: "a", count: 64))
        #expect(ChainMark(mark.description) == mark)
        for text in ["", "12", "12:abc", "0:\(mark.hash)", "x:\(mark.hash)", "12:\(mark.hash):1"] {
            #expect(ChainMark(text) == nil, "\(text)")
        }
    }

    @Test("an exported line is the entry, and another line is refused by its number")
    func lines() throws {
        let entry = try #require(try Self.chain(1).first)
        #expect(try HistoryLine.entry(try HistoryLine.text(entry), number: 1) == entry)
        #expect(throws: JobFailure("invalid_export", "line 7 is no entry of a history")) {
            try HistoryLine.entry("{}", number: 7)
        }
    }
}
