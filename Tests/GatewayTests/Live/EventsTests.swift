import Hummingbird
import HummingbirdTesting
import JobModel
import JobQueue
import NIOCore
import NIOPosix
import RedisClient
import Testing
import TestSupport

@testable import Gateway

/// `/operations/{id}/events` and `/events`.
@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct EventsTests {
    private static let flow = #"{"operation_type":"test_flow","parameters":{"text":"hi"}}"#
    private static let stream = ["Accept": "text/event-stream"]

    /// One event of a stream.
    private struct Sent {
        let id: String
        let data: JSONValue
    }

    private static func sent(_ text: String) throws -> [Sent] {
        try text.split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n")
            guard let id = lines.first(where: { $0.hasPrefix("id: ") }),
                let data = lines.first(where: { $0.hasPrefix("data: ") })
            else { return nil }
            return Sent(id: String(id.dropFirst(4)), data: try JSONValue(parsing: data.dropFirst(6).utf8))
        }
    }

    private static func list(_ answer: APIClient.Answer) -> [JSONValue] {
        if case .array(let events)? = answer["events"] { events } else { [] }
    }

    @Test("An operation's events are listed in order, page by page, from its creation to its end")
    func lists() async throws {
        try await GatewaySystem.test { _, api in
            let id = try #require(try await api.post("/operations", Self.flow)["operation_id"]?.string)
            let all = Self.list(try await api.get("/operations/\(id)/events"))
            #expect(all.count > 8)
            #expect(all.allSatisfy { $0["operation_id"]?.string == id })
            let states = all.filter { $0["subject"]?.string == id }.compactMap { $0["state"]?.string }
                .filter { $0 != "settled" }
            #expect(states.suffix(3) == ["executing", "validating", "completed"])
            #expect(all.contains { $0["step"] == "E1" && $0["state"] == "running" })

            var paged: [JSONValue] = []
            var cursor = ""
            while true {
                let page = try await api.get("/operations/\(id)/events?limit=3&cursor=\(cursor)")
                let events = Self.list(page)
                guard !events.isEmpty else { break }
                #expect(events.count <= 3)
                paged += events
                cursor = try #require(page["next_cursor"]?.string)
            }
            #expect(paged == all)
            #expect(try await api.get("/operations/\(id)/events?cursor=nope").fields == ["after"])
        }
    }

    @Test("A stream tells what the list tells, ends with the operation, and goes on after the last event")
    func streams() async throws {
        try await GatewaySystem.test { _, api in
            let id = try #require(try await api.post("/operations", Self.flow)["operation_id"]?.string)
            let path = "/operations/\(id)/events"
            let all = Self.list(try await api.get(path))
            let streamed = try await api.get(path, headers: Self.stream)
            #expect(streamed.header("Content-Type") == "text/event-stream; charset=utf-8")
            #expect(streamed.text.hasPrefix("retry: 2000\n\n"))
            let sent = try Self.sent(streamed.text)
            #expect(sent.map(\.data) == all)
            #expect(sent.map(\.id) == all.compactMap { $0["id"]?.string })

            let rest = try await api.get(path, headers: Self.stream.merging(["Last-Event-ID": sent[4].id]) { $1 })
            #expect(try Self.sent(rest.text).map(\.data) == Array(all[5...]))
            // A browser that has heard everything stops asking.
            let last = try #require(sent.last)
            let none = try await api.get(path, headers: Self.stream.merging(["Last-Event-ID": last.id]) { $1 })
            #expect(none.status == 204)
        }
    }

    @Test("A stream tells events as they come, a comment when none come, and ends after the operation's end")
    func follows() async throws {
        var options = GatewaySystem.Options()
        options.configuration.streamHeartbeat = .milliseconds(600)
        try await ListenerTests.serve(options) { system, api, port in
            let held = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
            let created = try await api.post("/operations", held, headers: ["Prefer": "respond-async"])
            let id = try #require(created["operation_id"]?.string)
            let text = try await Self.read(port, "/operations/\(id)/events") { text in
                if text.contains("\n:\n\n") { system.gate.open() }
                return text.contains("\n0\n\n")
            }
            #expect(text.contains("\n:\n\n"))
            #expect(text.contains(#""state":"completed","step":null,"subject":"\#(id)""#))
        }
    }

    /// What was received, with the line ends of events only.
    private static func lines(_ received: ByteBuffer) -> String {
        String(buffer: received).replacing("\r\n", with: "\n")
    }

    /// Reads a stream over a socket of its own until it is as wanted.
    private static func read(
        _ port: Int,
        _ path: String,
        until isEnough: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            let head = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
            try await outbound.write(ByteBuffer(string: head))
            var received = ByteBuffer()
            for try await part in inbound {
                received.writeImmutableBuffer(part)
                if isEnough(lines(received)) { break }
            }
            return lines(received)
        }
    }

    @Test("The events of everything are listed, page by page, and streamed from where a reader stopped")
    func everything() async throws {
        try await ListenerTests.serve { _, api, port in
            let echo = #"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#
            for _ in 0..<5 { _ = try await api.job(try await api.enqueue(echo), reaches: "completed") }
            let newest = try await api.get("/events?limit=2")
            #expect(Self.list(newest).count == 2)
            let all = Self.list(try await api.get("/events"))
            #expect(all.count >= 5)
            #expect(Self.list(newest) == Array(all.suffix(2)))
            let cursor = try #require(newest["next_cursor"]?.string)
            #expect(Self.list(try await api.get("/events?cursor=\(cursor)")) == [])
            let job = try await api.enqueue(echo)
            _ = try await api.job(job, reaches: "completed")
            let next = Self.list(try await api.get("/events?cursor=\(cursor)"))
            #expect(next.first?["subject"]?.string == job)
            let text = try await Self.read(port, "/events?cursor=\(cursor)") { $0.contains(job) }
            #expect(try Self.sent(text).first?.data["subject"]?.string == job)
        }
    }

    @Test("A reader that takes nothing is disconnected in time", .timeLimit(.minutes(1)))
    func dropsSlowReaders() async throws {
        var options = GatewaySystem.Options.idle
        options.configuration.streamWriteLimit = .milliseconds(500)
        try await ListenerTests.serve(options) { system, _, port in
            let partition = system.queue.partition(0)
            let detail = String(repeating: "x", count: 20_000)
            for number in 0..<1000 {
                _ = try await partition.send(
                    RedisCommand("XADD", "\(partition.base):events", "*", "j-\(number)", "running \(detail)")
                )
            }
            let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.socketOption(.so_rcvbuf), value: 4096)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await connection.executeThenClose { inbound, outbound in
                let head = "GET /events?cursor=0-0.0 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                try await outbound.write(ByteBuffer(string: head))
                // Long enough that the server gives up, and not the reader.
                try await Task.sleep(for: .seconds(3))
                var count = 0
                do {
                    for try await part in inbound { count += part.readableBytes }
                } catch is IOError {
                    // Reset: the server has hung up as well.
                }
                // The stream has no end of its own, and much of it was left.
                #expect(count < 10_000_000)
            }
        }
    }
}
