import NIOCore
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    @Test func `cancelling a written command ends the wait, and its late reply goes to nobody`() async throws {
        // The first command is answered only together with the second.
        let server = try await FakeRedis { $0.number == 0 ? .silence : .reply("+late\r\n+mine\r\n") }
        try await withClient(server.configuration()) { (client) async throws in
            let waiting = Task { await failure(client, "GET", "a") }
            for await _ in server.commands { break }
            waiting.cancel()
            let error = await waiting.value
            #expect(error?.code == .cancelled)
            #expect(error?.mayHaveExecuted == true)
            #expect(try await client.send(RedisCommand("GET", "b")).string == "mine")
        }
        #expect(server.connectionCount == 1)
        await server.close()
    }

    @Test func `a command cancelled while it waits for a connection is never sent`() async throws {
        let server = try await FakeRedis(answersPings: false) { $0.words == ["PING"] ? .silence : .reply("+OK\r\n") }
        try await withClient(server.configuration()) { (client) async throws in
            let waiting = Task { await failure(client, "GET", "a") }
            for await _ in server.commands { break }
            waiting.cancel()
            let error = await waiting.value
            #expect(error?.code == .cancelled)
            #expect(error?.mayHaveExecuted == false)
            let connection = client.connection
            #expect(try await client.eventLoop.submit { connection.queue.waiting.isEmpty }.get())
        }
        await server.close()
    }

    @Test func `a task that is cancelled already does not wait`() async throws {
        let server = try await FakeRedis { _ in .silence }
        try await withClient(server.configuration()) { client in
            let codes = await withTaskGroup(of: RedisError.Code?.self) { group in
                group.cancelAll()
                for number in 0..<100 { group.addTask { await failure(client, "GET", "\(number)")?.code } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == Array(repeating: .cancelled, count: 100))
        }
        await server.close()
    }

    @Test func `cancelling the wait for commands that were started ends it`() async throws {
        let server = try await FakeRedis { $0.number == 0 ? .reply(":1\r\n") : .silence }
        try await withClient(server.configuration()) { client in
            let started = (0..<3).map { client.start([RedisCommand("GET", "\($0)")]) }
            let waiting = Task { await started[2].replies() }
            var seen = server.commands.makeAsyncIterator()
            for _ in 0..<3 { _ = await seen.next() }
            #expect(await started[0].replies().first?.value?.integer == 1)
            waiting.cancel()
            #expect(await waiting.value.map { $0.error?.code } == [.cancelled])
            #expect(await client.start([]).replies().isEmpty)
        }
        await server.close()
    }

    @Test func `cancelling a pipeline ends all of it`() async throws {
        let server = try await FakeRedis { $0.number == 0 ? .reply(":1\r\n") : .silence }
        try await withClient(server.configuration()) { client in
            let waiting = Task { await client.pipeline((0..<3).map { RedisCommand("GET", "\($0)") }) }
            var seen = server.commands.makeAsyncIterator()
            for _ in 0..<3 { _ = await seen.next() }
            waiting.cancel()
            let codes = await waiting.value.map { $0.error?.code }
            #expect(codes.dropFirst() == [.cancelled, .cancelled])
        }
        await server.close()
    }

    @Test func `a cancelled command still reveals a server that fell silent`() async throws {
        let server = try await FakeRedis { _ in .silence }
        try await withClient(server.configuration()) { client in
            // Connects first, as the short timeout would also end the wait for a connection.
            _ = try await client.send(RedisCommand("PING"))
            let waiting = Task { await failure(client, "GET", "a", timeout: .milliseconds(50)) }
            for await _ in server.commands { break }
            waiting.cancel()
            _ = await waiting.value
            for await _ in server.closures { break }
            #expect(!client.isConnected)
        }
        await server.close()
    }

    @Test func `mass cancellation amid traffic loses no continuation`() async throws {
        let server = try await FakeRedis { .reply(":\($0.number)\r\n") }
        try await withClient(server.configuration()) { (client) async throws in
            let ended = await withTaskGroup(of: Int.self) { group in
                for number in 0..<4000 {
                    group.addTask {
                        let task = Task { await client.pipeline([RedisCommand("GET", "\(number)")]) }
                        if number.isMultiple(of: 2) { task.cancel() }
                        return await task.value.count
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(ended == 4000)
            #expect(try await client.send(RedisCommand("GET", "last")).kind == .integer)
        }
        await server.close()
    }
}
