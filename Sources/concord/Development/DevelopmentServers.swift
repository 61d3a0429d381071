import Logging
import PostgresClient
import PrivateServers

/// The private Redis and PostgreSQL of `concord dev`.
struct DevelopmentServers: Sendable {
    private let redis: PrivateRedis
    private let postgres: PrivatePostgres
    /// Where Redis is.
    let redisURL: String
    /// Where the database `concord` is, with its password.
    let databaseURL: String

    /// Starts both on the folder's data; when this throws, neither runs.
    ///
    /// Redis appends every write to a file and syncs it each second, as a deployment should.
    init(folder: DevelopmentFolder, ports: DevelopmentPorts, logger: Logger) async throws {
        redis = try await PrivateRedis.start(
            folder: folder.file("redis"),
            port: ports.redis,
            settings: ["appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"]
        )
        do {
            postgres = try await PrivatePostgres.start(folder: folder.postgresFolder, port: ports.postgres)
        } catch {
            await redis.terminate()
            throw error
        }
        redisURL = redis.url
        databaseURL = postgres.url(database: "concord")
        do {
            try await Self.createDatabase(on: postgres, logger: logger)
        } catch {
            await stop()
            throw error
        }
    }

    private static func createDatabase(on server: PrivatePostgres, logger: Logger) async throws {
        let client = PostgresClient(configuration: try PostgresConfiguration(url: server.url), logger: logger)
        let known: PostgresRows
        do {
            known = try await client.query("SELECT 1 FROM pg_database WHERE datname = 'concord'")
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        if known.isEmpty { _ = try await server.createDatabase("concord") }
    }

    /// What is shown of them.
    var running: [RunningProcess] {
        [
            RunningProcess(name: "redis", pid: redis.pid, address: redis.url, log: redis.logFile),
            RunningProcess(
                name: "postgres",
                pid: postgres.pid,
                address: "postgres://127.0.0.1:\(postgres.port)/concord",
                log: postgres.logFile
            ),
        ]
    }

    /// Starts a server again that has ended by itself; returns what there is to tell.
    func supervise() async throws(PrivateServerError) -> [String] {
        var news: [String] = []
        if let status = redis.child.exitStatus {
            try await redis.restart()
            news.append("redis ended with \(status) and was started again as process \(redis.pid)")
        }
        if let status = postgres.child.exitStatus {
            try await postgres.restart()
            news.append("postgres ended with \(status) and was started again as process \(postgres.pid)")
        }
        return news
    }

    /// Stops both in good order.
    func stop() async {
        await postgres.terminate()
        await redis.terminate()
    }
}
