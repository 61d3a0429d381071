package import Foundation
import JobModel
package import JobQueue
package import Logging
package import PostgresClient
import PropertyData

/// What the actions of a worker process work with.
package struct WorkerEnvironment: Sendable {
    /// The property database; nil where none is configured, and actions that need it say so.
    package var postgres: PostgresClient?
    /// The folder for downloads, which several processes of one machine may share.
    package var workFolder: String
    /// Where tax rolls come from unless a job says otherwise (`FLORIDA_SOURCE`): `https://…`, `file:/folder`, or empty
    /// or `sample` for the built-in sample.
    package var floridaSource: String
    /// Where the Division of Corporations' files come from unless a job says otherwise (`SUNBIZ_SOURCE`): `https://…`,
    /// `sftp://user@host/path`, `file:/folder`, or empty or `sample` for the built-in sample.
    package var sunbizSource: String
    /// How downloads over HTTP behave.
    package var http: HTTPSettings
    /// The queue, for actions that look at it or enqueue; nil where a process has none.
    package var queue: JobQueue?
    /// Where the orchestrator's HTTP interface is, such as `http://127.0.0.1:8000`; empty where nobody said.
    package var apiURL: String
    /// How SFTP servers are reached.
    package var sftp: SFTPSettings
    /// The time, by which ages and due dates are judged.
    package var now: @Sendable () -> Date
    /// What makes a plan of a question whose words the grammar does not all understand; nil where no language model is
    /// configured.
    package var questionModel: QuestionModel?
    /// The logger that actions outside a job use.
    package var logger: Logger

    /// Combines the parts.
    package init(
        postgres: PostgresClient?,
        workFolder: String,
        floridaSource: String = "",
        sunbizSource: String = "",
        http: HTTPSettings = HTTPSettings(),
        queue: JobQueue? = nil,
        apiURL: String = "",
        sftp: SFTPSettings = SFTPSettings(),
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) {
        self.postgres = postgres
        self.workFolder = workFolder
        self.floridaSource = floridaSource
        self.sunbizSource = sunbizSource
        self.http = http
        self.queue = queue
        self.apiURL = apiURL
        self.sftp = sftp
        self.now = now
        self.logger = logger
    }
}

extension WorkerEnvironment {
    /// The database, or the failure of an action that needs one.
    func database() throws(JobFailure) -> PostgresClient {
        guard let postgres else {
            throw JobFailure("not_configured", "this action needs PostgreSQL: start the worker with DATABASE_URL set")
        }
        return postgres
    }

    /// The queue, or the failure of an action that needs one.
    func jobQueue() throws(JobFailure) -> JobQueue {
        guard let queue else {
            throw JobFailure("not_configured", "this action needs the queue: run it in a worker process")
        }
        return queue
    }
}

extension WorkerEnvironment {
    /// Brings the property database up to date; does nothing where none is configured.
    ///
    /// Any number of processes may do so at once.
    ///
    /// - Throws: ``PostgresError``.
    package func prepare() async throws {
        guard let postgres else { return }
        try await PropertyDatabase(client: postgres).prepare()
        try await postgres.migrate(
            QualitySchema.migrations + PerformanceSchema.migrations + InsightSchema.migrations
                + MatchingSchema.migrations
        )
    }
}
