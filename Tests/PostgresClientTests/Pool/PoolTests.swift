import Logging
import PostgresClient
import PrivateServers
import TestSupport
import Testing

@Suite("The pool", .postgresServer, .timeLimit(.minutes(2)))
struct PoolTests {
    @Test("never more sessions than allowed are open, and every task gets its turn")
    func bounded() async throws {
        try await withClient {
            $0.maximumConnections = 3
        } _: { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await client.number("SELECT pg_backend_pid()")
                    }
                }
                let sessions = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
                #expect(sessions.count <= 3)
            }
            #expect(client.poolStatus.open <= 3)
            #expect(client.poolStatus.waiting == 0)
        }
    }

    @Test("a task that waits too long for a session is turned away")
    func timeout() async throws {
        try await withClient {
            $0.maximumConnections = 1
            $0.acquireTimeout = .milliseconds(50)
        } _: { client in
            try await client.withConnection { _ in
                let error = await postgresError { _ = try await client.query("SELECT 1") }
                #expect(error?.code == .poolTimeout)
                #expect(error?.isRetryable == true)
            }
            #expect(try await client.scalar("SELECT 1") == "1")
        }
    }

    @Test("a task that finds the queue full is turned away at once, and a cancelled one leaves it")
    func queueFull() async throws {
        try await withClient {
            $0.maximumConnections = 1
            $0.maximumWaiting = 1
        } _: { client in
            try await client.withConnection { _ in
                let waiter = Task { try await client.query("SELECT 1") }
                while client.poolStatus.waiting != 1 { await Task.yield() }
                #expect(await postgresError { _ = try await client.query("SELECT 1") }?.code == .poolQueueFull)
                waiter.cancel()
                #expect(await postgresError { _ = try await waiter.value }?.code == .cancelled)
                #expect(client.poolStatus.waiting == 0)
            }
        }
    }

    @Test("a closed client turns waiting and later calls away and ends its sessions")
    func close() async throws {
        let url = try await PostgresServerTrait.newDatabase()
        try await withClient { watcher in
            var configuration = try PostgresConfiguration(url: url)
            configuration.maximumConnections = 1
            configuration.applicationName = "to be closed"
            let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
            try await client.withConnection { _ in
                let waiter = Task { try await client.query("SELECT 1") }
                while client.poolStatus.waiting != 1 { await Task.yield() }
                await client.close()
                #expect(await postgresError { _ = try await waiter.value }?.code == .closed)
            }
            #expect(await postgresError { _ = try await client.query("SELECT 1") }?.code == .closed)
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'to be closed'"
            while try await watcher.number(sql) != 0 { await Task.yield() }
        }
    }

    @Test("a password or database that the server refuses is an authentication error without the password")
    func authentication() async throws {
        let url = try await PostgresServerTrait.newDatabase()
        let password = try #require(PostgresServerTrait.server?.password)
        for wrong in [url.replacing(password, with: "hunter2"), url + "_absent"] {
            let configuration = try PostgresConfiguration(url: wrong)
            try await withClient { watcher in
                let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
                let error = await postgresError { _ = try await client.query("SELECT 1") }
                #expect(error?.code == .authentication)
                #expect(error.map { !"\($0)".contains("hunter2") && !"\($0)".contains(password) } == true)
                #expect(client.poolStatus.open == 0)
            }
        }
    }

    @Test("an address that is none is refused without being quoted")
    func badAddress() async throws {
        let error = await postgresError { _ = try PostgresConfiguration(url: "postgres://u:hunter2@[::1/x") }
        #expect(error?.code == .configuration)
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }
}
