import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

@Suite(.redisServer(["requirepass": "opensesame"]), .timeLimit(.minutes(1))) struct CredentialsTests {
    private func configuration(credentials: String) throws -> RedisConfiguration {
        try RedisConfiguration(url: "redis://\(credentials)127.0.0.1:\(try RedisServerTrait.server.port)")
    }

    @Test(arguments: [":opensesame@", "default:opensesame@"])
    func `the right password is let in`(credentials: String) async throws {
        try await withClient(configuration(credentials: credentials)) { (client) async throws in
            #expect(try await client.send(RedisCommand("SET", "a", "b")).string == "OK")
        }
    }

    @Test(arguments: ["", ":wrong@", "nobody:opensesame@"])
    func `missing and wrong credentials fail the command at once, and are not in the error`(
        credentials: String
    ) async throws {
        // Far longer than the test may take, so that only an immediate failure passes.
        var configuration = try configuration(credentials: credentials)
        configuration.connectTimeout = .seconds(300)
        configuration.commandTimeout = .seconds(300)
        try await withClient(configuration) { client in
            let error = await failure(client, "GET", "a")
            #expect(error?.code == .noAuth)
            #expect(error?.isRetryable == false)
            #expect(error?.description.contains("opensesame") == false)
        }
    }

    @Test func `a user of the access list may do what it may and no more`() async throws {
        try await withClient(configuration(credentials: ":opensesame@")) { client in
            _ = try await client.send(RedisCommand("ACL", "SETUSER", "reader", "on", ">p@ss", "~*", "+get"))
        }
        // The user may not even PING or CLIENT SETNAME, which must not keep it out.
        var configuration = try configuration(credentials: "reader:p%40ss@")
        configuration.clientName = "reader"
        try await withClient(configuration) { (client) async throws in
            #expect(try await client.send(RedisCommand("GET", "missing")).isNull)
            #expect(await failure(client, "SET", "a", "b")?.code == .noPermission)
        }
    }
}
