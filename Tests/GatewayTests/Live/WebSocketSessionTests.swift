import Testing

@testable import Gateway

struct WebSocketSessionTests {
    typealias Frame = WebSocketSession.Frame
    typealias Action = WebSocketSession.Action

    @Test(
        "What comes in is answered as the protocol has it",
        arguments: [
            (Frame.ping([1, 2]), Action.pong([1, 2])), (.pong, .nothing), (.data, .nothing),
            (.close(code: nil), .echo(code: nil)), (.close(code: 1000), .echo(code: 1000)),
            (.close(code: 4999), .echo(code: 4999)), (.close(code: 1005), .close(.protocolError, hangsUp: true)),
            (.close(code: 0), .close(.protocolError, hangsUp: true)),
            (.close(code: 2999), .close(.protocolError, hangsUp: true)),
            (.illegal("x"), .close(.protocolError, hangsUp: true)),
        ]
    )
    func answers(frame: Frame, action: Action) {
        var session = WebSocketSession()
        #expect(session.receive(frame) == action)
    }

    @Test("A client that shows no sign of life is pinged twice and then dropped")
    func isGone() {
        var session = WebSocketSession()
        #expect(session.check() == .ping)
        #expect(session.check() == .ping)
        #expect(session.receive(.pong) == .nothing)
        #expect(session.check() == .ping)
        #expect(session.check() == .ping)
        #expect(session.check() == .drop)
        #expect(!session.isOpen)
    }

    @Test("After this side's goodbye nothing is answered, and the other's goodbye ends the connection")
    func shutsDown() {
        var session = WebSocketSession()
        #expect(session.shutDown() == .close(.goingAway, hangsUp: false))
        #expect(!session.isOpen)
        #expect(session.receive(.ping([1])) == .nothing)
        #expect(session.overflow() == .nothing)
        #expect(session.receive(.close(code: 1001)) == .drop)
        #expect(session.receive(.ping([1])) == .nothing)
        #expect(session.shutDown() == .nothing)
    }

    @Test("A goodbye is said once, whatever comes together")
    func once() {
        var session = WebSocketSession()
        #expect(session.overflow() == .close(.policyViolation, hangsUp: true))
        #expect(session.overflow() == .nothing)
        #expect(session.refuse(tooLarge: true) == .nothing)
        #expect(session.receive(.close(code: 1000)) == .nothing)
        var other = WebSocketSession()
        #expect(other.refuse(tooLarge: true) == .close(.tooLarge, hangsUp: true))
        #expect(other.check() == .drop)
    }
}
