import Logging
import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// Proof that the model-based test can fail: a library with one small mistake does not get through.
@Suite(.redisServer(), .timeLimit(.minutes(5))) struct MutationTests {
    @Test(arguments: Mutation.all) func `random histories find a mistake in the functions`(
        _ mutation: Mutation
    ) async throws {
        let redis = RedisClient(
            configuration: try RedisConfiguration(url: try RedisServerTrait.server.url),
            logger: Logger(label: "model") { _ in SwiftLogNoOpLogHandler() }
        )
        let functions = try await mutation.load(into: redis)
        var found: History.Discrepancy?
        for seed in 1...UInt64(60) where found == nil {
            var history = History(seed: seed, redis: redis, functions: functions)
            found = try await history.run(events: 200)
        }
        await redis.close()
        #expect(found != nil, "sixty histories did not notice it")
    }
}
