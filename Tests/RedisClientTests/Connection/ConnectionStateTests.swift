import Testing

@testable import RedisClient

@Suite struct ConnectionStateTests {
    private let refused = RedisError(.connectFailed, message: "refused")
    private let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1), jitter: 0.5)

    private func state(handshakeLength: Int = 2) -> ConnectionState {
        ConnectionState(backoff: backoff, handshakeLength: handshakeLength)
    }

    private func readyState() -> ConnectionState {
        var state = state(handshakeLength: 0)
        _ = state.commandWaits()
        _ = state.opened()
        return state
    }

    @Test func `the first command connects and further ones wait`() {
        var state = state()
        #expect(state.commandWaits() == .connect)
        #expect(state.commandWaits() == .none)
        #expect(state.phase == .connecting)
    }

    @Test func `commands are written once every handshake command was answered`() {
        var state = state()
        _ = state.commandWaits()
        #expect(state.opened() == .sendHandshake)
        #expect(state.commandWaits() == .none)
        #expect(state.handshakeReplied() == .none)
        #expect(state.handshakeReplied() == .becomeReady)
        #expect(state.commandWaits() == .writeWaiting)
    }

    @Test func `without a handshake the connection is ready when it is open`() {
        var state = state(handshakeLength: 0)
        _ = state.commandWaits()
        #expect(state.opened() == .becomeReady)
    }

    @Test func `failed attempts are repeated after growing pauses while commands wait`() {
        var state = state()
        _ = state.commandWaits()
        for milliseconds in [100, 200, 400, 800, 1000] {
            #expect(state.failed(refused, random: 0) == .pause(.milliseconds(milliseconds), failsWaiting: false))
            #expect(state.commandWaits() == .none)
            #expect(state.pauseEnded(commandsWait: true) == .connect)
        }
    }

    @Test func `nothing is opened when no command waits at the end of a pause`() {
        var state = state()
        _ = state.commandWaits()
        _ = state.failed(refused, random: 0)
        #expect(state.pauseEnded(commandsWait: false) == .none)
        #expect(state.phase == .disconnected)
        #expect(state.commandWaits() == .connect)
    }

    @Test func `a wrong password fails what waits, and is still paused after`() {
        var state = state()
        _ = state.commandWaits()
        _ = state.opened()
        let wrong = RedisError(serverReply: "WRONGPASS no", command: "AUTH")
        #expect(state.failed(wrong, random: 1) == .pause(.milliseconds(50), failsWaiting: true))
    }

    @Test func `a broken connection lets what waits try the next one, whatever broke it`() {
        var state = readyState()
        let garbage = RedisError(.protocolError, message: "garbage")
        #expect(state.failed(garbage, random: 0) == .pause(.milliseconds(100), failsWaiting: false))
    }

    @Test func `only an answer proves a connection, so hanging up after accepting is backed off from`() {
        var state = readyState()
        _ = state.failed(refused, random: 0)
        _ = state.pauseEnded(commandsWait: true)
        _ = state.opened()
        #expect(state.failed(refused, random: 0) == .pause(.milliseconds(200), failsWaiting: false))
        _ = state.pauseEnded(commandsWait: true)
        _ = state.opened()
        state.replied()
        #expect(state.failed(refused, random: 0) == .pause(.milliseconds(100), failsWaiting: false))
    }

    @Test func `nothing happens after closing`() {
        var state = readyState()
        state.close()
        #expect(state.commandWaits() == .none)
        #expect(state.opened() == .none)
        #expect(state.handshakeReplied() == .none)
        #expect(state.failed(refused, random: 0) == .none)
        #expect(state.pauseEnded(commandsWait: true) == .none)
        #expect(state.phase == .closed)
    }

    @Test func `events that come too late change nothing`() {
        var state = state()
        #expect(state.opened() == .none)
        #expect(state.handshakeReplied() == .none)
        #expect(state.failed(refused, random: 0) == .none)
        #expect(state.pauseEnded(commandsWait: true) == .none)
        #expect(state.phase == .disconnected)
    }
}
