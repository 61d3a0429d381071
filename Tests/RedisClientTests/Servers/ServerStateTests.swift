import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

/// Each state is produced by a real server, so the mapping is tested against what it really says.
@Suite(.redisServer(), .timeLimit(.minutes(2))) struct ServerStateTests {
    @Test func `a read of a group that does not exist is NOGROUP`() async throws {
        try await withClient { client in
            let error = await failure(client, "XREADGROUP", "GROUP", "g", "c", "STREAMS", "nogroup", ">")
            #expect(error?.code == .noGroup)
            #expect(error?.isRetryable == false)
        }
    }

    @Test func `a blocked read whose stream is deleted is UNBLOCKED`() async throws {
        try await withBlockedRead(stream: "unblocked") { client in
            _ = try await client.send(RedisCommand("DEL", "unblocked"))
        } check: { error in
            #expect(error?.code == .unblocked)
            #expect(error?.isRetryable == true)
        }
    }

    @Test func `a blocked read whose group is destroyed is NOGROUP`() async throws {
        try await withBlockedRead(stream: "destroyed") { client in
            _ = try await client.send(RedisCommand("XGROUP", "DESTROY", "destroyed", "g"))
        } check: { error in
            #expect(error?.code == .noGroup)
        }
    }

    @Test(.redisServer()) func `a full server is OOM`() async throws {
        try await withClient { client in
            _ = try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            #expect(await failure(client, "SET", "a", "b")?.code == .outOfMemory)
            #expect(try await client.send(RedisCommand("GET", "a")).isNull)
        }
    }

    @Test(.redisServer()) func `a replica is READONLY`() async throws {
        try await withClient { client in
            _ = try await client.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            let error = await failure(client, "SET", "a", "b")
            #expect(error?.code == .readOnly)
            #expect(error?.isRetryable == true)
        }
    }

    @Test(.redisServer(["replica-serve-stale-data": "no"]))
    func `a replica without its master is MASTERDOWN`() async throws {
        try await withClient { client in
            _ = try await client.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            #expect(await failure(client, "GET", "a")?.code == .masterDown)
        }
    }

    @Test(.redisServer(["min-replicas-to-write": "1"]))
    func `too few replicas is NOREPLICAS`() async throws {
        try await withClient { client in
            #expect(await failure(client, "SET", "a", "b")?.code == .noReplicas)
        }
    }

    @Test(.redisServer(["busy-reply-threshold": "20"]))
    func `a server that runs a long script is BUSY`() async throws {
        try await withClient { client in
            async let script = failure(client, "EVAL", "while true do end", "0", timeout: .seconds(60))
            try await withClient { (other) async throws in
                // The script may not have begun yet, and is no obstacle before its threshold.
                var error: RedisError?
                while error == nil { error = await failure(other, "GET", "a") }
                #expect(error?.code == .busy)
                #expect(try await other.send(RedisCommand("SCRIPT", "KILL")).string == "OK")
            }
            #expect(await script?.code == .server)
        }
    }

    @Test func `unknown scripts and functions, and wrong types, have their codes`() async throws {
        try await withClient { client in
            let digest = String(repeating: "0", count: 40)
            #expect(await failure(client, "EVALSHA", digest, "0")?.code == .noScript)
            #expect(await failure(client, "FCALL", "missing", "0")?.code == .functionNotFound)
            _ = try await client.send(RedisCommand("SET", "text", "x"))
            #expect(await failure(client, "LPUSH", "text", "x")?.code == .wrongType)
            let unknown = await failure(client, "NOSUCH", "secret")
            #expect(unknown?.code == .server)
            #expect(unknown?.description.contains("secret") == false)
        }
    }

    @Test func `what is started first is done first, and its replies are there whenever someone asks`() async throws {
        try await withClient { client in
            let started = (0..<100).map { _ in client.start([RedisCommand("INCR", "started"), RedisCommand("PING")]) }
            for (number, pipeline) in started.enumerated().reversed() {
                let replies = await pipeline.replies()
                #expect(replies.count == 2 && replies[0].value?.integer == number + 1)
            }
        }
    }

    @Test func `an error inside a transaction stays in its place`() async throws {
        try await withClient { client in
            let results = await client.pipeline([
                RedisCommand("MULTI"), RedisCommand("SET", "multi", "x"), RedisCommand("INCR", "multi"),
                RedisCommand("EXEC"),
            ])
            let answers = try #require(results.last?.value)
            #expect(answers.count == 2)
            #expect(answers[0].string == "OK")
            #expect(answers[1].error?.code == .server)
        }
    }

    @Test(.redisServer(["cluster-enabled": "yes"]))
    func `a cluster says CLUSTERDOWN without slots and CROSSSLOT across them`() async throws {
        try await withClient { client in
            #expect(await failure(client, "GET", "a")?.code == .clusterDown)
            _ = try await client.send(RedisCommand("CLUSTER", "ADDSLOTSRANGE", "0", "16383"))
            // The node takes up to its next cluster tick to call itself ready.
            while await failure(client, "GET", "a")?.code == .clusterDown {}
            #expect(await failure(client, "MSET", "a", "1", "b", "2")?.code == .crossSlot)
        }
    }

    @Test func `databases are apart`() async throws {
        try await withClient { client in
            _ = try await client.send(RedisCommand("SET", "apart", "zero"))
        }
        try await withClient({ $0.database = 5 }) { (client) async throws in
            #expect(try await client.send(RedisCommand("GET", "apart")).isNull)
        }
    }

    @Test func `a database that does not exist fails the command at once`() async throws {
        try await withClient({ $0.database = 4711 }) { client in
            let error = await failure(client, "GET", "a")
            #expect(error?.code == .server)
            #expect(error?.message.contains("DB index") == true)
        }
    }

    @Test func `a client is listed under its name`() async throws {
        try await withClient({ $0.clientName = "concord-worker" }) { (client) async throws in
            #expect(try await client.send(RedisCommand("CLIENT", "GETNAME")).string == "concord-worker")
        }
    }

    @Test func `a Unix socket serves like a port`() async throws {
        let path = try #require(try RedisServerTrait.server.socketPath)
        try await withClient(try RedisConfiguration(url: "unix:\(path)?db=3")) { client in
            _ = try await client.send(RedisCommand("SET", "via", "socket"))
        }
        try await withClient({ $0.database = 3 }) { (client) async throws in
            #expect(try await client.send(RedisCommand("GET", "via")).string == "socket")
        }
    }

    /// Blocks a read on `stream`, runs `action` on another client, and hands the read's error to `check`.
    private func withBlockedRead(
        stream: String,
        action: (RedisClient) async throws -> Void,
        check: (RedisError?) -> Void
    ) async throws {
        try await withClient { client in
            _ = try await client.send(RedisCommand("XGROUP", "CREATE", stream, "g", "0", "MKSTREAM"))
            try await withClient({ $0.clientName = stream }) { reader in
                async let error = failure(
                    reader,
                    "XREADGROUP",
                    "GROUP",
                    "g",
                    "c",
                    "BLOCK",
                    "0",
                    "STREAMS",
                    stream,
                    ">",
                    timeout: .seconds(60)
                )
                // The flag b marks a client that waits in a blocking command.
                var isBlocked = false
                while !isBlocked {
                    let list = try await client.send(RedisCommand("CLIENT", "LIST")).string ?? ""
                    isBlocked = list.split(separator: "\n").contains {
                        $0.contains("name=\(stream) ") && $0.contains("flags=b")
                    }
                }
                try await action(client)
                check(await error)
            }
        }
    }
}
