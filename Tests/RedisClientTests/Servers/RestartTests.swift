import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(2))) struct RestartTests {
    @Test(.redisServer(["appendonly": "yes", "appendfsync": "always"]))
    func `a killed and restarted server costs only commands whose fate is reported as unknown`() async throws {
        let server = try RedisServerTrait.server
        let configuration = try serverConfiguration()
        try await withClient(configuration) { client in
            let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
                for _ in 0..<20 { group.addTask { try await increment(client) } }
                for _ in 0..<3 {
                    let before = try await client.send(RedisCommand("GET", "counter")).integer ?? 0
                    while try await client.send(RedisCommand("GET", "counter")).integer ?? 0 < before + 500 {}
                    await server.kill()
                    try await server.restart()
                }
                _ = try await client.send(RedisCommand("SET", "stop", "1"))
                return try await group.reduce(into: Tally()) { $0.add($1) }
            }
            let counter = try #require(try await client.send(RedisCommand("GET", "counter")).integer)
            #expect(tally.confirmed >= 1500)
            #expect(tally.confirmed <= counter)
            #expect(counter <= tally.confirmed + tally.unknown)
        }
    }

    private struct Tally: Sendable {
        var confirmed = 0
        var unknown = 0

        mutating func add(_ other: Tally) {
            confirmed += other.confirmed
            unknown += other.unknown
        }
    }

    /// Counts up until told to stop; every failure must be a lost connection.
    private func increment(_ client: RedisClient) async throws -> Tally {
        var tally = Tally()
        while true {
            let results = await client.pipeline([RedisCommand("INCR", "counter"), RedisCommand("GET", "stop")])
            switch results[0] {
            case .success: tally.confirmed += 1
            case .failure(let error) where error.code == .connectionLost && error.mayHaveExecuted: tally.unknown += 1
            case .failure(let error): throw error
            }
            if results[1].value?.string == "1" { return tally }
        }
    }

    @Test(.redisServer(["save": "3600 1"]))
    func `commands wait while a restarted server loads, or say LOADING when that takes too long`() async throws {
        let server = try RedisServerTrait.server
        try await withClient { client in
            let fill = "for i = 1, 1000 do redis.call('SET', 'key' .. i, i) end"
            _ = try await client.send(RedisCommand("EVAL", fill, "0"))
            _ = try await client.send(RedisCommand("SAVE"))
        }
        await server.kill()
        // Slows the loading of the 1000 keys to two seconds or so.
        let restart = Task {
            try await server.restart(changing: [
                "key-load-delay": "2000", "loading-process-events-interval-bytes": "1024",
            ])
        }
        let error = try await withClient(serverConfiguration { $0.backoff.maximum = .milliseconds(50) }) { client in
            await firstFailure(of: client, otherThan: [.connectFailed, .connectTimedOut, .commandTimedOut])
        }
        #expect(error?.code == .loading)
        #expect(error?.isRetryable == true)
        let value = try await withClient(serverConfiguration()) { client in
            try await client.send(RedisCommand("GET", "key7")).integer
        }
        #expect(value == 7)
        try await restart.value
    }

    /// Asks impatiently until the answer is another failure than these, or none.
    private func firstFailure(of client: RedisClient, otherThan codes: Set<RedisError.Code>) async -> RedisError? {
        while true {
            let error = await failure(client, "GET", "key7", timeout: .milliseconds(10))
            guard let error, codes.contains(error.code) else { return error }
        }
    }
}
