import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct BrokenConnectionTests {
    @Test func `a socket cut before the handshake is answered is tried again, and the command does not notice`()
        async throws
    {
        let server = try await FakeRedis(answersPings: false) { command in
            if command.words == ["PING"] { return command.connection == 0 ? .close : .reply("+PONG\r\n") }
            return .reply(":1\r\n")
        }
        try await withClient(server.configuration()) { (client) async throws in
            #expect(try await client.send(RedisCommand("INCR", "a")).integer == 1)
        }
        #expect(server.connectionCount == 2)
        await server.close()
    }

    @Test(arguments: ["", "$10\r\nhal", "*2\r\n:1\r\n", ":1"])
    func `a socket cut in the middle of a reply loses the command and not the client`(part: String) async throws {
        let server = try await FakeRedis { command in
            command.connection == 0 ? .replyAndClose(part) : .reply("+OK\r\n")
        }
        try await withClient(server.configuration()) { (client) async throws in
            let error = await failure(client, "SET", "a", "b")
            #expect(error?.code == .connectionLost)
            #expect(error?.mayHaveExecuted == true)
            #expect(error?.isRetryable == true)
            #expect(error?.command == "SET")
            #expect(try await client.send(RedisCommand("SET", "a", "b")).string == "OK")
        }
        await server.close()
    }

    @Test func `a socket cut between pipelined replies loses exactly the unanswered commands`() async throws {
        let server = try await FakeRedis { command in
            switch (command.connection, command.number) {
            case (0, 0): .reply(":0\r\n")
            case (0, 1): .replyAndClose(":1\r\n")
            default: .reply("+OK\r\n")
            }
        }
        try await withClient(server.configuration()) { client in
            let results = await client.pipeline((0..<4).map { RedisCommand("GET", "\($0)") })
            #expect(results.prefix(2).map { $0.value?.integer } == [0, 1])
            #expect(results.suffix(2).map { $0.error?.code } == [.connectionLost, .connectionLost])
            #expect(results.suffix(2).allSatisfy { $0.error?.mayHaveExecuted == true })
        }
        await server.close()
    }

    @Test func `a socket cut while a read blocks ends the read`() async throws {
        let server = try await FakeRedis { _ in .close }
        try await withClient(server.configuration()) { client in
            let error = await failure(client, "XREADGROUP", "BLOCK", "0", timeout: .seconds(60))
            #expect(error?.code == .connectionLost)
        }
        await server.close()
    }

    @Test func `a server that falls silent is found by the deadline, and all written commands end`() async throws {
        let server = try await FakeRedis { $0.connection == 0 ? .silence : .reply("+OK\r\n") }
        try await withClient(server.configuration()) { (client) async throws in
            async let patient = failure(client, "GET", "a", timeout: .seconds(60))
            for await command in server.commands where command.words == ["GET", "a"] { break }
            let hasty = await failure(client, "XREADGROUP", timeout: .milliseconds(50))
            #expect(hasty?.code == .commandTimedOut)
            #expect(hasty?.mayHaveExecuted == true)
            #expect(await patient?.code == .connectionLost)
            #expect(try await client.send(RedisCommand("GET", "a")).string == "OK")
        }
        #expect(server.connectionCount == 2)
        await server.close()
    }

    @Test func `a server that accepts and never answers the handshake is given up in time`() async throws {
        let server = try await FakeRedis(answersPings: false) { _ in .silence }
        let configuration = server.configuration { $0.connectTimeout = .milliseconds(50) }
        try await withClient(configuration) { client in
            let error = await failure(client, "GET", "a")
            #expect(error?.code == .connectTimedOut)
            #expect(error?.mayHaveExecuted == false)
        }
        await server.close()
    }

    @Test func `a refused connection is tried again until the server is there`() async throws {
        // Below the ports that systems hand out, so that nobody else is given this one meanwhile.
        let port = Int.random(in: 20_000..<30_000)
        var configuration = RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: port))
        configuration.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
        let (logger, messages) = SignallingLogHandler.make()
        try await withClient(configuration, logger: logger) { client in
            async let reply = client.send(RedisCommand("GET", "a"))
            var losses = messages.makeAsyncIterator()
            for _ in 0..<3 { while let message = await losses.next(), !message.contains("lost") {} }
            #expect(!client.isConnected)
            let server = try await FakeRedis(port: port) { _ in .reply("$2\r\nhi\r\n") }
            #expect(try await reply.string == "hi")
            #expect(client.isConnected)
            await server.close()
        }
    }

    @Test func `a server that never comes fails the command with what prevented the connection`() async throws {
        // Nothing listens on tcpmux, the first port.
        var configuration = RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 1))
        configuration.connectTimeout = .seconds(2)
        try await withClient(configuration) { client in
            let error = await failure(client, "GET", "a")
            #expect(error?.code == .connectFailed)
            #expect(error?.mayHaveExecuted == false)
            #expect(error?.message.contains("refuse") == true)
        }
    }

    @Test func `a missing Unix socket is a failed connection`() async throws {
        var configuration = RedisConfiguration(endpoint: .unix(path: "/nonexistent/redis.sock"))
        configuration.connectTimeout = .seconds(2)
        try await withClient(configuration) { client in
            #expect(await failure(client, "GET", "a")?.code == .connectFailed)
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "*2147483647\r\n", "+OK\r\n+unasked\r\n"])
    func `a peer that does not speak RESP2 loses its connection`(garbage: String) async throws {
        let server = try await FakeRedis { $0.connection == 0 ? .reply(garbage) : .reply("+OK\r\n") }
        try await withClient(server.configuration()) { (client) async throws in
            let first = await client.pipeline([RedisCommand("GET", "a")])
            #expect(first[0].error?.code == (garbage.hasPrefix("+OK") ? nil : .protocolError))
            for await connection in server.closures where connection == 0 { break }
            #expect(try await client.send(RedisCommand("GET", "a")).string == "OK")
        }
        await server.close()
    }

    @Test func `closing ends what is outstanding and refuses what comes after`() async throws {
        let server = try await FakeRedis { _ in .silence }
        try await withClient(server.configuration()) { client in
            async let outstanding = failure(client, "GET", "a")
            for await _ in server.commands { break }
            await client.close()
            #expect(await outstanding?.code == .closed)
            #expect(await failure(client, "GET", "a")?.code == .closed)
            #expect(await client.pipeline([RedisCommand("GET", "a")]).first?.error?.code == .closed)
            #expect(!client.isConnected)
        }
        await server.close()
    }

    @Test func `a client that nobody holds any more closes its connection`() async throws {
        let server = try await FakeRedis { _ in .reply("+OK\r\n") }
        do {
            let client = RedisClient(configuration: server.configuration(), logger: SignallingLogHandler.make().0)
            _ = try await client.send(RedisCommand("GET", "a"))
        }
        for await _ in server.closures { break }
        #expect(server.connectionCount == 1)
        await server.close()
    }
}
