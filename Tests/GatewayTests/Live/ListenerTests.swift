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

/// `/ws` over real sockets.
@Suite(.redisServer(), .timeLimit(.minutes(3)))
struct ListenerTests {
    private static let flow = #"{"operation_type":"test_flow","parameters":{"text":"hi"}}"#
    private static let held = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#

    /// Runs a whole system around `body`, with its server on a port.
    static func serve<Value: Sendable>(
        _ options: GatewaySystem.Options = GatewaySystem.Options(),
        _ body: @escaping @Sendable (GatewaySystem, APIClient, Int) async throws -> Value
    ) async throws -> Value {
        try await GatewaySystem.run(options) { system in
            try await system.server.application().test(.live) { client in
                let port = try #require(client.port)
                return try await body(system, try APIClient.recording(client), port)
            }
        }
    }

    private static func events(_ message: JSONValue) -> [JSONValue] {
        if case .array(let events)? = message["events"] { events } else { [] }
    }

    @Test("A listener hears at once, and then at least once a second")
    func heartbeat() async throws {
        try await Self.serve { _, _, port in
            try await TestWebSocket.open(port: port) { socket in
                let began = ContinuousClock.now
                let first = try await socket.message()
                #expect(first["active_operations"] == 0)
                #expect(first["escalations"] == 0)
                #expect(first["timestamp"]?.string?.hasSuffix("Z") == true)
                #expect(first["events"] == [])
                for _ in 0..<3 { _ = try await socket.message() }
                // Three seconds, on a machine that may be busy with other tests.
                #expect(ContinuousClock.now - began < .seconds(20))
                #expect(ContinuousClock.now - began > .seconds(2))
            }
        }
    }

    @Test("A listener hears of every transition of an operation, in order, and of the counts")
    func changes() async throws {
        try await Self.serve { system, api, port in
            try await TestWebSocket.open(port: port) { socket in
                _ = try await socket.message()
                let created = try await api.post("/operations", Self.held, headers: ["Prefer": "respond-async"])
                let id = try #require(created["operation_id"]?.string)
                var states: [String] = []
                var wasActive = false
                while states.last != "completed" {
                    let message = try await socket.message()
                    wasActive = wasActive || message["active_operations"] == 1
                    for event in Self.events(message)
                    where event["subject"]?.string == id && event["state"] != "settled" {
                        states.append(event["state"]?.string ?? "")
                    }
                    if wasActive { system.gate.open() }
                }
                #expect(wasActive)
                #expect(states.suffix(3) == ["executing", "validating", "completed"])
                while try await socket.message()["active_operations"] != 0 {}
            }
        }
    }

    @Test("A listener of one operation hears of that one only, with its state and its own counts")
    func narrows() async throws {
        try await Self.serve { system, api, port in
            let held = try await api.post("/operations", Self.held, headers: ["Prefer": "respond-async"])
            let id = try #require(held["operation_id"]?.string)
            try await TestWebSocket.open(port: port, path: "/ws?operation_id=\(id)") { socket in
                let first = try await socket.message()
                #expect(first["operation_id"]?.string == id)
                #expect(first["active_operations"] == 1)
                let other = try await api.post("/operations", Self.flow.replacing("hi", with: "other"))
                #expect(other["status"] == "completed")
                system.gate.open()
                var subjects: Set<String> = []
                var last = first
                while last["status"] != "completed" {
                    last = try await socket.message()
                    subjects.formUnion(Self.events(last).compactMap { $0["operation_id"]?.string })
                }
                #expect(subjects == [id])
                #expect(last["active_operations"] == 0)
                #expect(Self.events(last).allSatisfy { $0["operation_id"]?.string == id })
            }
        }
    }

    @Test("However much happens, a listener hears at most ten times a second, and the newest of it")
    func isLimited() async throws {
        try await Self.serve { system, _, port in
            try await TestWebSocket.open(port: port) { socket in
                _ = try await socket.message()
                let began = ContinuousClock.now
                try await Self.churn(system.queue, jobs: 1000)
                var messages = 0
                var told = 0
                var isQuiet = false
                while told == 0 || !isQuiet {
                    let message = try await socket.message()
                    messages += 1
                    isQuiet = Self.events(message).isEmpty
                    told += Self.events(message).count + (message["events_omitted"]?.int ?? 0)
                    #expect(Self.events(message).count <= LiveRoom.maximumEvents)
                }
                let ticks = (ContinuousClock.now - began) / LiveFeed.tick
                #expect(Double(messages) <= ticks + 2)
            }
        }
    }

    private static func churn(_ queue: JobQueue, jobs: Int) async throws {
        for _ in 0..<(jobs / 500) {
            let input = Array(#"{"text":"x"}"#.utf8)
            _ = try await queue.enqueue(
                (0..<500).map { _ in NewJob(queue: "test_worker", action: "echo", input: input) }
            )
        }
    }

    @Test(
        "A request that may not listen is refused before it becomes a WebSocket",
        arguments: [
            ("/ws?operation_id=op-20250101-000000-00000000", [:], 404), ("/ws?operation_id=%00", [:], 404),
            ("/ws", ["Upgrade": "h2c"], 426), ("/ws", ["Sec-WebSocket-Version": "8"], 426),
            ("/ws", ["Connection": "close"], 426), ("/ws", ["Sec-WebSocket-Key": "short"], 426),
            ("/ws", ["Origin": "https://evil.example"], 403), ("/ws", ["Sec-Fetch-Site": "cross-site"], 403),
            ("/health", [:], 200),
        ] as [(String, [String: String], Int)]
    )
    func refuses(path: String, changed: [String: String], status: Int) async throws {
        try await Self.serve { _, api, port in
            let headers = TestWebSocket.handshake.merging(changed) { $1 }
            if status == 200 { _ = try await api.read("/health") { $0.status == 200 } }
            let refused = try await #require(throws: TestWebSocket.Refused.self) {
                try await TestWebSocket.open(port: port, path: path, headers: headers) { _ in }
            }
            #expect(refused.status == status)
            if status != 200 { #expect(refused.text.contains("application/problem+json")) }
            if status == 426 { #expect(refused.text.lowercased().contains("upgrade: websocket")) }
        }
    }

    @Test("A first request that offers another upgrade is served as it is, its body included")
    func passesOtherUpgrades() async throws {
        try await Self.serve { _, _, port in
            let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            let body = #"{"queue":"idle","action":"a"}"#
            let text = try await connection.executeThenClose { inbound, outbound in
                let head = """
                    POST /jobs HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
                    HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nContent-Length: \(body.utf8.count)\r\n\r\n
                    """
                try await outbound.write(ByteBuffer(string: head + body))
                var received = ByteBuffer()
                for try await part in inbound {
                    received.writeImmutableBuffer(part)
                    if String(buffer: received).contains("durability") { break }
                }
                return String(buffer: received)
            }
            #expect(text.hasPrefix("HTTP/1.1 202"))
        }
    }

    @Test("A plain GET is told to upgrade, and a WebSocket of an own page is allowed")
    func asksForUpgrade() async throws {
        try await Self.serve { _, api, port in
            let answer = try await api.get("/ws")
            #expect(answer.status == 426)
            #expect(answer.problem == "upgrade-required")
            let headers = TestWebSocket.handshake.merging(["Origin": "http://localhost"]) { $1 }
            try await TestWebSocket.open(port: port, headers: headers) { socket in _ = try await socket.message() }
        }
    }

    @Test("Pings are answered, and a goodbye is answered with its code")
    func speaksTheProtocol() async throws {
        try await Self.serve { _, _, port in
            try await TestWebSocket.open(port: port) { socket in
                try await socket.send(9, [1, 2, 3])
                while let frame = try await socket.next() {
                    if frame == .pong([1, 2, 3]) { break }
                }
                try await socket.send(1, Array("clients have nothing to say".utf8))
                try await socket.close(4000)
                var last: TestWebSocket.Frame?
                while let frame = try await socket.next() { last = frame }
                #expect(last == .close(code: 4000))
            }
        }
    }

    enum Offence: CaseIterable {
        case large, unmasked, reserved, longPing

        var code: Int { self == .large ? 1009 : 1002 }
    }

    @Test("A client that breaks the protocol is told why and disconnected", arguments: Offence.allCases)
    func punishes(offence: Offence) async throws {
        try await Self.serve { _, _, port in
            try await TestWebSocket.open(port: port) { socket in
                switch offence {
                case .large: try await socket.send(1, [UInt8](repeating: 120, count: 5000))
                case .unmasked: try await socket.send(1, [120], masked: false)
                case .reserved: try await socket.send(5, [120])
                case .longPing: try await socket.send(9, [UInt8](repeating: 120, count: 200))
                }
                var last: TestWebSocket.Frame?
                while let frame = try await socket.next() { last = frame }
                #expect(last == .close(code: offence.code))
            }
        }
    }

    @Test("A client that does not read is disconnected, and the others go on hearing")
    func dropsSlowReaders() async throws {
        var options = GatewaySystem.Options()
        options.configuration.liveBacklogBytes = 8192
        try await Self.serve(options) { system, api, port in
            try await TestWebSocket.open(port: port) { reader in
                try await TestWebSocket.open(port: port, receiveBuffer: 4096) { _ in
                    _ = try await reader.message()
                    // Listeners are counted by the server; the one that reads nothing goes, the other stays.
                    var isAlone = false
                    while !isAlone {
                        try await Self.churn(system.queue, jobs: 500)
                        _ = try await reader.message()
                        isAlone = try await api.get("/metrics").text.contains("concord_listeners 1\n")
                    }
                    _ = try await reader.message()
                }
            }
        }
    }

    @Test("At the server's end listeners are told that it goes away")
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
                try await TestWebSocket.open(port: port) { socket in
                    _ = try await socket.message()
                    await group.triggerGracefulShutdown()
                    var last: TestWebSocket.Frame?
                    while let frame = try await socket.next() {
                        last = frame
                        if frame == .close(code: 1001) { try await socket.close(1001) }
                    }
                    #expect(last == .close(code: 1001))
                }
                let began = ContinuousClock.now
                try await tasks.waitForAll()
                #expect(ContinuousClock.now - began < .seconds(10))
            }
        }
    }
}
