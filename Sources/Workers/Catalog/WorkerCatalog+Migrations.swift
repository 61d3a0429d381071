package import PostgresClient
import PropertyData

extension WorkerCatalog {
    /// Every migration that ``WorkerEnvironment/prepare()`` applies, in order.
    package static let migrations: [PostgresMigration] =
        PropertySchema.migrations + QualitySchema.migrations + PerformanceSchema.migrations + InsightSchema.migrations
        + MatchingSchema.migrations
}
