import Hummingbird
import HummingbirdTesting
import JobModel
import JobQueue
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import TestSupport

@testable import Gateway

/// The server over a real socket.
@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct LiveTests {
    @Test("One connection serves good and bad requests in turn, and a body of 20 MB is refused without ending it")
    func serves() async throws {
        try await GatewaySystem.run { system in
            try await system.server.application().test(.live) { client in
                let api = try APIClient.recording(client)
                #expect(try await api.read("/health") { $0.status == 200 }["status"] == "healthy")
                let created = try await api.post("/operations", #"{"operation_type":"test_flow"}"#)
                #expect(created["status"] == "completed")
                #expect(created.header("Server") == "concord")
                let html = try await api.post("/jobs", "<html></html>", headers: ["Content-Type": "text/html"])
                #expect(html.status == 415)
                #expect(html.problem == "unsupported-media-type")
                let large = try await api.post("/jobs", String(repeating: " ", count: 20 << 20))
                #expect(large.status == 413)
                #expect(large.problem == "too-large")
                #expect(try await api.get("/nope").status == 404)
                #expect(try await api.get("/queues").status == 200)
            }
        }
    }

    @Test("A graceful shutdown answers a call that waits at once, with the state as it is, and then ends")
    func shutsDown() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var options = GatewaySystem.Options()
        options.onListening = { continuation.yield($0) }
        try await GatewaySystem.run(options) { system in
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [system.server], logger: system.logger)
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let events = system.events.subscribe()
                async let answer = Self.exchange(
                    port,
                    body: #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
                )
                for await event in events where event.subject.hasSuffix(":E3") && event.state == "running" { break }
                let began = ContinuousClock.now
                await group.triggerGracefulShutdown()
                let text = try await answer
                #expect(text.hasPrefix("HTTP/1.1 200 OK"))
                #expect(text.contains(#""status":"executing""#))
                try await tasks.waitForAll()
                #expect(ContinuousClock.now - began < .seconds(5))
            }
        }
    }

    /// Sends one request on a connection of its own and reads until the server closes it.
    private static func exchange(_ port: Int, body: String) async throws -> String {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            let head = "POST /operations HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try await outbound.write(ByteBuffer(string: head + body))
            var received = ByteBuffer()
            for try await part in inbound { received.writeImmutableBuffer(part) }
            return String(buffer: received)
        }
    }
}
