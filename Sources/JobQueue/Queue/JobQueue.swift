public import Logging
package import RedisClient

/// The door to the queue for those that enqueue, inspect, cancel and review.
///
/// One instance per process is enough: it holds one connection, which it opens at the first call and opens again after
/// a failure, and every call is safe from any task. Call ``close()`` at the end.
public final class JobQueue: Sendable {
    /// The configuration that it was made with.
    public let configuration: JobQueueConfiguration
    package let partitions: PartitionMap
    package let ids: IDGenerator
    package let functions: FunctionLibrary
    package let redis: RedisClient
    package let redisConfiguration: RedisConfiguration
    package let logger: Logger

    /// Checks the configuration; nothing is sent yet.
    public convenience init(configuration: JobQueueConfiguration, logger: Logger) throws(JobQueueError) {
        try self.init(configuration: configuration, functions: .current, logger: logger)
    }

    package init(
        configuration: JobQueueConfiguration,
        functions: FunctionLibrary,
        logger: Logger
    ) throws(JobQueueError) {
        if let defect = configuration.defect { throw JobQueueError(.invalidConfiguration, defect) }
        do {
            redisConfiguration = try RedisConfiguration(url: configuration.redisURL)
        } catch {
            throw JobQueueError(.invalidConfiguration, error.message, field: "redisURL", cause: error)
        }
        self.configuration = configuration
        self.functions = functions
        self.logger = logger
        partitions = PartitionMap(namespace: configuration.namespace, partitions: configuration.partitions)
        ids = IDGenerator(partitions: partitions)
        redis = RedisClient(configuration: redisConfiguration, logger: logger)
    }

    /// Ends the connection; calls under way fail.
    public func close() async { await redis.close() }

    /// Compares the number of partitions with the one on record, and records it the first time.
    ///
    /// With another number, ids would be looked up where they are not: every long-lived process calls this first.
    public func prepare() async throws(JobQueueError) {
        let key = "\(configuration.namespace):partitions"
        let wanted = configuration.partitions
        let replies = await redis.pipeline([
            RedisCommand("SET", key, String(wanted), "NX"), RedisCommand("GET", key),
        ])
        for reply in replies {
            if case .failure(let error) = reply { throw JobQueueError(error) }
        }
        let recorded = try? replies[1].get().integer
        if recorded != wanted {
            throw JobQueueError(
                .partitionMismatch,
                "the namespace \(configuration.namespace) has \(recorded ?? 0) partitions on record, not \(wanted)",
                field: "partitions"
            )
        }
    }

    package func partition(_ index: Int) -> PartitionClient {
        PartitionClient(base: partitions.bases[index], redis: redis, functions: functions)
    }

    package func partition(of id: JobID) -> PartitionClient { partition(partitions.index(of: id)) }

    package var allPartitions: [PartitionClient] { partitions.bases.indices.map(partition) }
}
