package import PrivateServers
package import Testing

/// Gives a suite, or one test, a private redis-server for as long as it runs.
///
/// A suite's tests share the server, so each keeps to keys of its own; a test that changes the server as a whole
/// (its memory limit, its role, its life) carries the trait itself.
package struct RedisServerTrait: SuiteTrait, TestTrait, TestScoping {
    @TaskLocal private static var current: PrivateRedis?

    /// Directives of redis.conf for the server.
    package let settings: [String: String]

    /// The running test's server.
    ///
    /// Throws: `MissingServer` when neither the test nor its suite has the trait.
    package static var server: PrivateRedis {
        get throws {
            guard let current else { throw MissingServer() }
            return current
        }
    }

    /// Starts a server around the test or suite.
    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let server = try await PrivateRedis.start(settings: settings)
        let result: Result<Void, any Error>
        do {
            try await Self.$current.withValue(server) { try await function() }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await server.terminate()
        try result.get()
    }

    /// A test asked for a server that no trait gave it.
    package struct MissingServer: Error, CustomStringConvertible {
        /// What to do about it.
        package var description: String { "the test has no server: give it or its suite the trait .redisServer()" }
    }
}

extension Trait where Self == RedisServerTrait {
    /// A private redis-server with these directives of redis.conf over the defaults.
    package static func redisServer(_ settings: [String: String] = [:]) -> Self {
        RedisServerTrait(settings: settings)
    }
}
