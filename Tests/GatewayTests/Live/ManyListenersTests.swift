import JobModel
import Testing
import TestSupport

@testable import Gateway

/// A thousand clients on one process.
@Suite(.redisServer(), .timeLimit(.minutes(5)))
struct ManyListenersTests {
    private static let listeners = 1000

    @Test("A thousand listeners all hear of one change, at a small cost of memory and time")
    func thousand() async throws {
        try await ListenerTests.serve { _, api, port in
            let before = ProcessUsage()
            let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
            let (hearings, heard) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                var arrivals = arrivals.makeAsyncIterator()
                var present = 0
                for listener in 0..<Self.listeners {
                    // No more at once than the backlog of the socket holds, or a slow machine turns some away.
                    if listener >= 100, await arrivals.next() != nil { present += 1 }
                    group.addTask {
                        do {
                            try await TestWebSocket.open(port: port) { socket in
                                _ = try await socket.message()
                                arrived.yield()
                                var isTold = false
                                while !isTold {
                                    let message = try await socket.message()
                                    guard case .array(let events)? = message["events"] else { continue }
                                    isTold = !events.isEmpty
                                }
                                heard.yield(.now)
                                try await socket.close(1000)
                            }
                        } catch {
                            // Who waits for a listener that failed would wait for ever.
                            arrived.finish()
                            heard.finish()
                            throw error
                        }
                    }
                }
                while present < Self.listeners, await arrivals.next() != nil { present += 1 }
                if present < Self.listeners { try await group.next() }
                let connected = ProcessUsage()
                #expect(try await api.get("/metrics").text.contains("concord_listeners \(Self.listeners)\n"))

                let idle = ContinuousClock.now
                try await Task.sleep(for: .seconds(3))
                let rested = ProcessUsage()
                let idleSeconds = (ContinuousClock.now - idle) / .seconds(1)

                let began = ContinuousClock.now
                _ = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
                var hearings = hearings.makeAsyncIterator()
                var last = began
                for _ in 0..<Self.listeners { last = max(last, await hearings.next() ?? last) }
                try await group.waitForAll()

                let kibibytes = ((connected.residentBytes ?? 0) - (before.residentBytes ?? 0)) / Self.listeners / 1024
                let share = (rested.processorSeconds - connected.processorSeconds) / idleSeconds
                let spread = (last - began) / .milliseconds(1)
                // Both ends of every connection are in this process: a server alone pays less than half.
                print(
                    """
                    \(Self.listeners) listeners: \(kibibytes) KiB each with both ends, \(Int(share * 100))% of a \
                    processor at one message a second, all told of a change within \(Int(spread)) ms
                    """
                )
                #expect(kibibytes < 256)
                #expect(spread < 20_000)
            }
        }
    }
}
