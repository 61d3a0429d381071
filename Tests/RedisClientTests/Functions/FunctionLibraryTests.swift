import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

@Suite(.redisServer(), .timeLimit(.minutes(1))) struct FunctionLibraryTests {
    private func library(_ name: String) -> RedisFunctionLibrary {
        RedisFunctionLibrary(
            name: name,
            code: """
                #!lua name=\(name)
                redis.register_function('\(name)_add', function(keys, arguments)
                    return redis.call('INCRBY', keys[1], arguments[1])
                end)
                """
        )
    }

    private func addition(_ library: String, _ amount: Int) -> RedisCommand {
        var command = RedisCommand.functionCall("\(library)_add", keys: ["{\(library)}:sum"], capacity: 128)
        command.append(amount)
        return command
    }

    @Test func `a library is loaded by the first call of its function`() async throws {
        try await withClient { (client) async throws in
            #expect(try await client.call(addition("first", 3), library: library("first")).integer == 3)
            #expect(try await client.call(addition("first", 4), library: library("first")).integer == 7)
        }
    }

    @Test(.redisServer()) func `a flushed library is loaded again, once for all calls, and none runs twice`()
        async throws
    {
        try await withClient { client in
            try await client.load(library("flushed"))
            _ = try await client.send(RedisCommand("FUNCTION", "FLUSH"))
            let sums = try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await client.call(addition("flushed", 1), library: library("flushed")).integer }
                }
                return try await group.reduce(into: Set<Int?>()) { $0.insert($1) }
            }
            #expect(sums == Set(1...200))
        }
    }

    @Test(.redisServer()) func `functions survive FLUSHALL`() async throws {
        try await withClient { client in
            try await client.load(library("kept"))
            _ = try await client.send(RedisCommand("FLUSHALL"))
            #expect(try await client.send(addition("kept", 1)).integer == 1)
        }
    }

    @Test func `loading a library that is there is no error`() async throws {
        try await withClient { client in
            try await client.load(library("twice"))
            try await client.load(library("twice"))
        }
    }

    @Test func `two versions live side by side`() async throws {
        try await withClient { (client) async throws in
            #expect(try await client.call(addition("lib_v1", 1), library: library("lib_v1")).integer == 1)
            #expect(try await client.call(addition("lib_v2", 2), library: library("lib_v2")).integer == 2)
            #expect(try await client.call(addition("lib_v1", 1), library: library("lib_v1")).integer == 2)
        }
    }

    @Test func `a library that does not compile fails the call and names the load`() async throws {
        let broken = RedisFunctionLibrary(name: "broken", code: "#!lua name=broken\nthis is no Lua")
        try await withClient { client in
            let error = await #expect(throws: RedisError.self) {
                try await client.call(addition("broken", 1), library: broken)
            }
            #expect(error?.code == .server)
            #expect(error?.command == "FUNCTION")
        }
    }

    @Test func `a function that its library does not have is not found, and not asked for again and again`()
        async throws
    {
        try await withClient { client in
            let error = await #expect(throws: RedisError.self) {
                try await client.call(RedisCommand("FCALL", "elsewhere", "0"), library: library("here"))
            }
            #expect(error?.code == .functionNotFound)
        }
    }

    @Test func `one caller's cancellation leaves the load to the others`() async throws {
        let server = try await FakeRedis { command in
            command.words.first == "FUNCTION" ? .silence : .reply("$4\r\nhere\r\n")
        }
        try await withClient(server.configuration()) { client in
            let cancelled = Task { try await client.load(library("shared")) }
            for await command in server.commands where command.words.first == "FUNCTION" { break }
            let patient = Task { try await client.load(library("shared")) }
            cancelled.cancel()
            let error = await #expect(throws: RedisError.self) { try await cancelled.value }
            #expect(error?.code == .cancelled)
            // The load's reply was never sent; ending the connection ends it for the one who still waits.
            await client.close()
            let outcome = await #expect(throws: RedisError.self) { try await patient.value }
            #expect(outcome?.code == .closed)
        }
        await server.close()
    }
}
