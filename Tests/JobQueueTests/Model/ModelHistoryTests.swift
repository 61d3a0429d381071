import Logging
import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// Random histories through the specification and through the functions: whatever order things happen in, both must
/// answer and record the same.
@Suite(.redisServer(), .timeLimit(.minutes(15))) struct ModelHistoryTests {
    @Test func `the functions do in every random history what the model does`() async throws {
        let settings = HistorySettings.current
        let url = try RedisServerTrait.server.url
        let discrepancies = try await withThrowingTaskGroup(of: [History.Discrepancy].self) { group in
            for lane in 0..<UInt64(8) {
                group.addTask {
                    try await Self.run(settings, every: 8, from: lane, on: url)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for discrepancy in discrepancies.sorted(by: { $0.seed < $1.seed }).prefix(3) {
            Issue.record("\(discrepancy)")
        }
        #expect(discrepancies.isEmpty, "\(discrepancies.count) of \(settings.histories) histories differ")
    }

    /// Runs each `step`th history over one connection.
    @concurrent
    private static func run(
        _ settings: HistorySettings,
        every step: UInt64,
        from first: UInt64,
        on url: String
    ) async throws -> [History.Discrepancy] {
        let redis = RedisClient(
            configuration: try RedisConfiguration(url: url),
            logger: Logger(label: "model") { _ in SwiftLogNoOpLogHandler() }
        )
        let functions = FunctionLibrary(clock: History.clock)
        var discrepancies: [History.Discrepancy] = []
        for number in stride(from: first, to: UInt64(settings.histories), by: Int(step)) {
            var history = History(seed: settings.firstSeed &+ number, redis: redis, functions: functions)
            if let discrepancy = try await history.run(events: settings.events) { discrepancies.append(discrepancy) }
        }
        await redis.close()
        return discrepancies
    }
}
