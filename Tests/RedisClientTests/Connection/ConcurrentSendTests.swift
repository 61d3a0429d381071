import NIOCore
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(2))) struct ConcurrentSendTests {
    @Test func `ten thousand concurrent sends each get their own reply`() async throws {
        let server = try await FakeRedis { command in
            let word = command.words[1]
            return .reply("$\(word.utf8.count)\r\n\(word)\r\n")
        }
        try await withClient(server.configuration()) { client in
            let matched = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<10_000 {
                    group.addTask { try await client.send(RedisCommand("ECHO", "\(number)")).integer == number }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(matched == 10_000)
        }
        #expect(server.connectionCount == 1)
        await server.close()
    }

    @Test func `a pipeline's results are in the order of its commands`() async throws {
        let server = try await FakeRedis { .reply(":\($0.number)\r\n") }
        try await withClient(server.configuration()) { client in
            let results = await client.pipeline(Array(repeating: RedisCommand("INCR", "a"), count: 500))
            #expect(results.map { $0.value?.integer } == Array(0..<500))
            #expect(await client.pipeline([]).isEmpty)
        }
        await server.close()
    }

    @Test func `a callback runs on the event loop with the reply or the error`() async throws {
        let server = try await FakeRedis { $0.number == 0 ? .reply(":5\r\n") : .reply("-OOM full\r\n") }
        try await withClient(server.configuration()) { client in
            let (results, sink) = AsyncStream.makeStream(of: (RedisError.Code?, Int?, Bool).self)
            for _ in 0..<2 {
                client.send(RedisCommand("INCR", "a")) { result in
                    sink.yield((result.error?.code, result.value?.integer, client.eventLoop.inEventLoop))
                }
            }
            var iterator = results.makeAsyncIterator()
            let first = try #require(await iterator.next())
            #expect(first == (nil, 5, true))
            let second = try #require(await iterator.next())
            #expect(second == (.outOfMemory, nil, true))
        }
        await server.close()
    }

    @Test func `commands beyond what a server takes stay unwritten until it reads again`() async throws {
        let server = try await FakeRedis { $0.number == 0 ? .replyAndStopReading("+OK\r\n") : .reply("+OK\r\n") }
        let configuration = server.configuration {
            $0.maxPendingBytes = 1 << 20
            $0.commandTimeout = .seconds(60)
        }
        try await withClient(configuration) { client in
            _ = try await client.send(RedisCommand("STOP"))
            // More than any kernel buffers between the two sockets.
            let payload = String(repeating: "x", count: 1 << 20)
            async let results = client.pipeline(Array(repeating: RedisCommand("SET", "a", payload), count: 64))
            var waiting = 0
            while waiting == 0 { waiting = try await waitingCount(client) }
            #expect(waiting >= 32)
            try await server.resumeReading()
            #expect(await results.count { $0.value?.string == "OK" } == 64)
            let left = try await waitingCount(client)
            #expect(left == 0)
        }
        await server.close()
    }

    @Test func `no more than the limit of commands is unanswered at a time`() async throws {
        let server = try await FakeRedis { _ in .silence }
        try await withClient(server.configuration { $0.maxPendingCommands = 3 }) { (client) async throws in
            async let results = client.pipeline((0..<10).map { RedisCommand("GET", "\($0)") })
            var seen = server.commands.makeAsyncIterator()
            for _ in 0..<3 { _ = await seen.next() }
            #expect(try await waitingCount(client) == 7)
            await client.close()
            #expect(
                await results.map { $0.error?.mayHaveExecuted }
                    == Array(repeating: true, count: 3) + Array(repeating: false, count: 7)
            )
        }
        await server.close()
    }

    private func waitingCount(_ client: RedisClient) async throws -> Int {
        let connection = client.connection
        return try await client.eventLoop.submit { connection.queue.waiting.count }.get()
    }
}
