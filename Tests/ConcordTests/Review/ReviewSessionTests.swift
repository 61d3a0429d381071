import JobModel
import JobQueue
import Testing

@testable import concord

@Suite("The review session")
struct ReviewSessionTests {
    private func browsing(
        _ reason: ReviewReason = .lowConfidence,
        hold: ReviewSession.Hold = .mine
    ) throws -> ReviewSession {
        var session = ReviewSession()
        session.show(ReviewFixture.item(try ReviewFixture.escalation(reason: reason)), hold, waiting: 3)
        return session
    }

    private func type(_ text: String, into session: inout ReviewSession) {
        for character in text { #expect(session.press(.character(character)) == nil) }
    }

    @Test("turns its keys into decisions")
    func decisions() throws {
        var session = try browsing()
        #expect(session.press(.character("a")) == .decide(.approve))
        #expect(session.press(.character("x")) == .decide(.reject))
        #expect(session.press(.character("o")) == .edit(["rows": 95, "county": "BROWARD"]))
        #expect(session.press(.character(" ")) == .next)
        #expect(session.press(.character("q")) == .quit)
        #expect(session.press(.interrupt) == .quit)
        #expect(session.press(.redraw) == .redraw)
        #expect(session.press(.character("z")) == nil)
    }

    @Test("decides nothing that another holds or that is over, and says who", arguments: ["a", "x", "o", "r"])
    func notMine(key: Character) throws {
        var session = try browsing(hold: .other("bob"))
        #expect(session.press(.character(key)) == nil)
        #expect(session.message.contains("bob"))
        var over = try browsing(hold: .over("approved by eve"))
        #expect(over.press(.character(key)) == nil)
        #expect(over.message.contains("approved by eve"))
        #expect(over.mode == .browsing)
    }

    @Test("asks for guidance, then for parameters, before a retry")
    func retry() throws {
        var session = try browsing()
        #expect(session.press(.character("r")) == nil)
        type("new header", into: &session)
        #expect(session.press(.enter) == nil)
        type("levell", into: &session)
        #expect(session.press(.backspace) == nil)
        type("=loose", into: &session)
        #expect(session.press(.enter) == .retry(parameters: "level=loose", guidance: "new header"))
        #expect(session.mode == .browsing)
        #expect(session.press(.character("r")) == nil)
        #expect(session.press(.escape) == nil)
        #expect(session.mode == .browsing)
        #expect(session.press(.character("r")) == nil)
        #expect(session.press(.enter) == nil)
        #expect(session.press(.enter) == .retry(parameters: "", guidance: nil))
    }

    @Test("does not offer to run an audit sample's job again")
    func sample() throws {
        var session = try browsing(.auditSample)
        #expect(session.press(.character("r")) == nil)
        #expect(session.mode == .browsing)
        #expect(session.press(.character("a")) == .decide(.approve))
    }

    @Test("takes keys as text while a comment is written")
    func comment() throws {
        var session = try browsing(hold: .other("bob"))
        #expect(session.press(.character("c")) == nil)
        type("a q x ü", into: &session)
        #expect(session.press(.enter) == .comment("a q x ü"))
        #expect(session.press(.character("c")) == nil)
        type("gone", into: &session)
        #expect(session.press(.clear) == nil)
        #expect(session.press(.enter) == nil)
        #expect(session.mode == .browsing)
    }

    @Test("shows an override before it is applied")
    func override() throws {
        var session = try browsing()
        session.propose(["rows": 96])
        #expect(session.mode == .confirming(["rows": 96]))
        #expect(session.press(.character("a")) == nil)
        #expect(session.press(.character("e")) == .edit(["rows": 96]))
        session.propose(["rows": 97])
        #expect(session.press(.character("n")) == nil)
        session.propose(["rows": 98])
        #expect(session.press(.character("y")) == .decide(.override(["rows": 98])))
    }

    @Test("undoes its decisions, the last first, and no more than ten")
    func undo() throws {
        var session = try browsing()
        #expect(session.press(.backspace) == nil)
        for number in 1...12 {
            let escalation = try ReviewFixture.escalation(id: "esc-\(number)-j-\(number)")
            session.show(ReviewFixture.item(escalation), .mine, waiting: 1)
            session.applied(.approve, version: number, confidence: nil)
        }
        #expect(session.decided == 12)
        #expect(session.undoable.count == 10)
        #expect(session.press(.backspace) == .undo(escalation: "esc-12-j-12", version: 12))
        session.undone("esc-12-j-12", refusal: nil)
        #expect(session.decided == 11)
        #expect(session.press(.backspace) == .undo(escalation: "esc-11-j-11", version: 11))
        session.undone("esc-11-j-11", refusal: "E4 has started")
        #expect(session.message == "E4 has started")
        #expect(session.decided == 11)
        #expect(session.press(.backspace) == .undo(escalation: "esc-10-j-10", version: 10))
    }

    @Test("tells the confidence of an audit sample when it is decided")
    func secret() throws {
        var session = try browsing(.auditSample)
        session.applied(.approve, version: 2, confidence: "0.93")
        #expect(session.message.contains("0.93"))
    }

    @Test("notices that it was decided elsewhere, also while something is typed")
    func elsewhere() throws {
        var session = try browsing()
        #expect(session.press(.character("c")) == nil)
        session.update(
            ReviewFixture.item(try ReviewFixture.escalation(state: .resolved, version: 2)),
            .over("rejected by bob")
        )
        #expect(session.mode == .browsing)
        #expect(session.message.contains("rejected by bob"))
        #expect(session.press(.character("a")) == nil)
        let other = try ReviewFixture.escalation(id: "esc-9-j-9")
        session.update(ReviewFixture.item(other), .mine)
        #expect(session.item?.escalation.id != other.id, "news of another item changes nothing")
    }

    @Test("keeps its help, its scroll and its emptiness in order")
    func pages() throws {
        var session = ReviewSession()
        #expect(session.press(.character("a")) == nil)
        #expect(session.press(.character("?")) == nil)
        #expect(session.mode == .help)
        #expect(session.press(.character("x")) == nil)
        #expect(session.mode == .empty)
        session.show(ReviewFixture.item(try ReviewFixture.escalation()), .mine, waiting: 1)
        for key in [ReviewKey.down, .character("j"), .pageDown, .up] { #expect(session.press(key) == nil) }
        #expect(session.scroll == 11)
        session.limitScroll(to: 4)
        #expect(session.scroll == 4)
        session.show(ReviewFixture.item(try ReviewFixture.escalation(id: "esc-9-j-9")), .mine, waiting: 1)
        #expect(session.scroll == 0)
        session.showNothing(waiting: 0)
        #expect(session.mode == .empty)
    }
}
