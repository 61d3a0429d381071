import ArgumentParser
import JobQueue
import PostgresClient

/// `concord doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check Redis and PostgreSQL, and say what to do.",
        discussion: """
            The exit code is 1 when something must be fixed, 3 when Redis cannot be reached.

            Example: concord doctor --redis-url redis://redis.internal:6379
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    private struct Report: Encodable {
        let healthy: Bool
        let findings: [Finding]
    }

    func run() async throws {
        let settings = try options.settings()
        let deployment = Deployment(command: settings)
        var (findings, isReachable) = try await redis(deployment)
        if let client = try deployment.postgres() {
            findings += await PostgresExamination(client: client).findings()
            await client.close()
        } else {
            findings.append(
                Finding("postgres", .note, "none is configured", remedy: "workers that load data need DATABASE_URL")
            )
            findings.append(
                Finding(
                    "review.audit_log",
                    .note,
                    "absent, since no PostgreSQL is configured: decisions are kept in Redis for 30 days only",
                    remedy: "start the orchestrators with DATABASE_URL"
                )
            )
        }
        let hasProblem = findings.contains { $0.level == .problem }
        try answer.output.show(Report(healthy: !hasProblem, findings: findings)) { terminal in
            findings.flatMap { $0.lines(terminal) }
        }
        if !isReachable { throw ExitStatusCode.unreachable }
        if hasProblem { throw ExitStatusCode.failed }
    }

    private func redis(_ deployment: Deployment) async throws -> (findings: [Finding], isReachable: Bool) {
        let queue = try deployment.queue()
        let address = String(describing: queue.redisConfiguration)
        let findings: [Finding]
        var isReachable = true
        do throws(JobQueueError) {
            let facts = try await RedisFacts(of: queue)
            findings =
                [Finding("redis", .ok, address)] + facts.findings(wantedPartitions: deployment.settings.partitions)
        } catch {
            isReachable = error.code != .unreachable
            let remedy =
                isReachable
                ? "correct REDIS_URL or the rights of its user" : "start Redis, or correct REDIS_URL or --redis-url"
            findings = [Finding("redis", .problem, "\(address): \(error.message)", remedy: remedy)]
        }
        await queue.close()
        return (findings, isReachable)
    }
}
