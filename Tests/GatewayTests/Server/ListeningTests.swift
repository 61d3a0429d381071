import JobModel
import Logging
import Testing
import TestSupport

@testable import Gateway
@testable import JobQueue

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct ListeningTests {
    @Test(
        "Without keys an address that others reach is refused, and the error says why",
        arguments: [
            "0.0.0.0", "::", "192.168.1.7", "example.org", "", "127.0.0.1.example.org", "127.1", "0127.0.0.1",
            "128.0.0.1",
            "127.0.0.256", "localhost.example.org", "[::]",
        ]
    )
    func refuses(host: String) throws {
        var options = GatewaySystem.Options.idle
        options.configuration.host = host
        let error = #expect(throws: GatewayError.self) { try GatewaySystem(options) }
        #expect(error?.code == .addressNotLoopback)
        #expect(error?.message.contains("no API keys are configured") == true)
        #expect(error?.field == "host")
    }

    @Test(
        "Every address of loopback is accepted, and localhost is bound as an address, not as a name",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("127.8.9.10", "127.8.9.10"), ("::1", "::1"), ("[::1]", "::1"),
            ("localhost", "127.0.0.1"), ("LocalHost", "127.0.0.1"),
        ]
    )
    func accepts(host: String, bound: String) throws {
        #expect(try GatewayConfiguration(host: host).boundHost() == bound)
    }

    @Test("Values out of range are refused before anything is bound")
    func refusesValues() {
        for configuration in [
            GatewayConfiguration(port: 65_536), GatewayConfiguration(port: -1),
            GatewayConfiguration(maximumBodyBytes: 10),
            GatewayConfiguration(defaultWait: .seconds(61)),
        ] {
            let error = #expect(throws: GatewayError.self) { try configuration.boundHost() }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    @Test("A port that is taken is an error that names it")
    func portIsTaken() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var options = GatewaySystem.Options.idle
        options.onListening = { continuation.yield($0) }
        try await GatewaySystem.run(options, serving: true) { system in
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let second = try WorkerServer(
                kind: "test_worker",
                actions: [Echo()],
                status: { Worker.Status(isReady: true, running: 0, settled: 0) },
                configuration: GatewayConfiguration(port: port),
                logger: system.logger
            )
            let error = await #expect(throws: GatewayError.self) { try await second.run() }
            #expect(error?.code == .addressInUse)
            #expect(error?.message.contains(":\(port)") == true)
        }
    }
}
