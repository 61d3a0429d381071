import Foundation
import JobModel
import Orchestrator
import Testing

@testable import concord

@Suite("The review page")
struct ReviewScreenTests {
    private func screen(
        _ session: ReviewSession,
        width: Int = 80,
        height: Int = 24
    ) -> ReviewScreen {
        ReviewScreen(
            session: session,
            reviewer: "ada",
            policy: ReviewPolicy(),
            width: width,
            height: height,
            now: Date(timeIntervalSince1970: 1_763_800_300)
        )
    }

    private func showing(
        _ reason: ReviewReason = .lowConfidence,
        lines: [String] = ["rows: 95"]
    ) throws -> ReviewSession {
        var session = ReviewSession()
        session.show(
            ReviewFixture.item(try ReviewFixture.escalation(reason: reason), lines: lines),
            .mine,
            waiting: 3
        )
        return session
    }

    @Test("shows what is asked, how sure it is, and the keys, on 80 by 24")
    func whole() throws {
        let text = screen(try showing()).lines().map(\.text)
        #expect(text.count == 24)
        #expect(text[0].hasPrefix("Concord review") && text[0].hasSuffix("ada  3 waiting  0 decided"))
        #expect(text[1] == "low_confidence  data_quality.validate  op-20251122-101500-0a1b2c3d:E3  data_pipelin~")
        #expect(text[2] == "confidence 0.62, threshold 0.70")
        #expect(text[3] == "opened 5 min ago")
        #expect(text.contains("  valid_rows 0.62 (95 of 152 rows)"))
        #expect(text.contains("  rows: 95"))
        #expect(text[22] == "a approve  x reject  o override  r retry  space skip  ? help  q quit  c comment")
    }

    @Test("hides how sure an audit sample is")
    func hidden() throws {
        let text = screen(try showing(.auditSample)).lines().map(\.text).joined(separator: "\n")
        #expect(text.contains("hidden until you decide"))
        #expect(!text.contains("0.62"))
    }

    @Test(
        "fits into every window",
        arguments: [(1, 1), (5, 3), (12, 6), (20, 8), (40, 10), (79, 11), (80, 12), (80, 24), (200, 60)]
    )
    func everySize(width: Int, height: Int) throws {
        let long = String(repeating: "名前 and a very long line ", count: 20)
        var session = try showing(lines: Array(repeating: long, count: 30))
        for mode in 0..<4 {
            switch mode {
            case 1: _ = session.press(.character("?"))
            case 2:
                _ = session.press(.escape)
                _ = session.press(.character("c"))
                for character in long { _ = session.press(.character(character)) }
            case 3:
                _ = session.press(.escape)
                session.propose(["rows": .string(long)])
            default: break
            }
            let lines = screen(session, width: width, height: height).lines()
            #expect(lines.count == height)
            for line in lines { #expect(CellText.width(line.text) <= width, "\(width)x\(height): \(line.text)") }
        }
    }

    @Test("scrolls to the last line and no further")
    func scroll() throws {
        var session = try showing(lines: (1...100).map { "line \($0)" })
        _ = session.press(.end)
        let page = screen(session)
        session.limitScroll(to: page.lastScroll)
        let text = screen(session).lines().map(\.text)
        #expect(text.contains("  line 100"))
        #expect(!text.contains("  line 1"))
        #expect(text.contains { $0.hasSuffix("of 103 --") })
    }

    @Test("shows an override as what it changes")
    func override() throws {
        var session = try showing()
        session.propose(["rows": 96, "county": "BROWARD"])
        let text = screen(session).lines().map(\.text)
        #expect(text.contains("rows") && text.contains("  - 95") && text.contains("  + 96"))
        #expect(!text.contains("county"))
    }

    @Test("prints nothing that a terminal would obey")
    func control() throws {
        let session = try showing(lines: ["\u{1B}[2Jgone \u{202E}sdrawkcab\u{7}\r\nnext"])
        for line in screen(session).lines() {
            for scalar in line.encoded(hasColour: false).unicodeScalars {
                #expect(scalar.value >= 32 && scalar.value != 0x7F && scalar.value != 0x202E)
            }
        }
    }

    @Test("writes only the lines that have changed, and colours only where there are any")
    func difference() {
        let old = [ScreenLine("one"), ScreenLine("two"), ScreenLine("three")]
        var new = old
        new[1] = ScreenLine("deux", .red)
        #expect(ScreenDifference.text(from: old, to: new, hasColour: false) == "\u{1B}[2;1Hdeux\u{1B}[K")
        #expect(ScreenDifference.text(from: old, to: new, hasColour: true).contains("\u{1B}[31mdeux\u{1B}[0m"))
        #expect(ScreenDifference.text(from: new, to: new, hasColour: true).isEmpty)
        #expect(ScreenDifference.text(from: nil, to: new, hasColour: false).hasPrefix("\u{1B}[2J"))
        #expect(ScreenDifference.text(from: old, to: Array(old.prefix(2)), hasColour: false) == "\u{1B}[3;1H\u{1B}[K")
    }

    @Test(
        "measures text in cells",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("名前", 4), ("👩‍👩‍👧", 2), ("❤️", 2), ("\u{200B}", 0), ("ｱ", 1), ("Ａ", 2),
        ]
    )
    func width(text: String, cells: Int) {
        #expect(CellText.width(text) == cells)
    }

    @Test("wraps at blanks, keeps the indent, and loses no word")
    func wrap() {
        let lines = CellText.wrapped("  one two three four five six", to: 12)
        #expect(lines == ["  one two", "    three", "    four", "    five six"])
        let hard = CellText.wrapped(String(repeating: "x", count: 25), to: 10)
        #expect(hard.map { $0.filter { $0 == "x" }.count }.reduce(0, +) == 25)
        #expect(CellText.clipped("名前名前", to: 5) == "名前~")
        #expect(CellText.tail("名前abc", of: 4) == "abc")
    }

    @Test("finds what differs between two results")
    func changes() {
        let changes = JSONDifference.changes(
            from: ["a": 1, "b": [1, 2], "c": "x"],
            to: ["a": 1, "b": [1, 3, 4], "d": nil]
        )
        #expect(changes.map(\.path) == ["b[1]", "b[2]", "c", "d"])
        #expect(changes.map(\.before) == ["2", nil, "\"x\"", nil])
        #expect(changes.map(\.after) == ["3", "4", nil, "null"])
    }
}

@Suite("The keys of the review")
struct ReviewKeyTests {
    @Test(
        "are read from what terminals send",
        arguments: [
            ("a", [.character("a")]), ("\u{1B}[A\u{1B}OB", [.up, .down]), ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]),
            ("\r\n", [.enter, .enter]), ("\u{7F}\u{8}", [.backspace, .backspace]), ("\u{3}", [.interrupt]),
            ("üж", [.character("ü"), .character("ж")]), ("\u{1B}[200~x", [.character("x")]), ("\u{1}\u{2}", []),
        ] as [(String, [ReviewKey])]
    )
    func decoded(text: String, keys: [ReviewKey]) {
        var decoder = ReviewKeyDecoder()
        #expect(decoder.feed(Array(text.utf8)) == keys)
        var slow = ReviewKeyDecoder()
        #expect(Array(text.utf8).flatMap { slow.feed([$0]) } == keys, "one byte at a time")
    }

    @Test("a lone escape is a key when nothing follows it")
    func escape() {
        var decoder = ReviewKeyDecoder()
        #expect(decoder.feed([0x1B]).isEmpty)
        #expect(decoder.flush() == [.escape])
        #expect(decoder.flush().isEmpty)
        #expect(decoder.feed([0x1B, UInt8(ascii: "q")]) == [.escape, .character("q")])
        #expect(decoder.feed([0xFF, 0xC3, 0x28, UInt8(ascii: "k")]).last == .character("k"))
    }
}

@Suite("The file of an override")
struct OverrideTextTests {
    @Test("holds the result, what the schema wants, and no remark in what is read back")
    func roundTrip() throws {
        let value: JSONValue = ["rows": 95, "note": "https://example.org // stays"]
        let schema = JSONSchema.object([.required("rows", .integer()), .optional("note", .string())])
        let text = try OverrideText.text(value, schema: schema, defects: [])
        #expect(text.contains("//   rows: integer"))
        #expect(try OverrideText.value(of: text) == value)
    }

    @Test("names what is wrong above what was written")
    func defects() throws {
        let text = try OverrideText.text(
            nil,
            schema: nil,
            defects: ["value.rows: must be a number"],
            of: "// old\n{\"rows\": \"x\"}\n"
        )
        #expect(text.contains("// WRONG  value.rows: must be a number"))
        #expect(!text.contains("// old"))
        #expect(try OverrideText.value(of: text) == ["rows": "x"])
        let failure = try #require(throws: CommandFailure.self) { try OverrideText.value(of: "{ rows: 1 }") }
        #expect(failure.message.hasPrefix("it is no JSON"))
    }
}
