import ArgumentParser
import JobModel
import JobQueue
import Logging
import PrivateServers

/// `concord faults`: kills processes and servers for real while work flows, then accounts for every job.
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Kill workers, orchestrators and Redis at random while jobs and plans flow, then check every job.",
        discussion: """
            Everything runs on a private Redis with processes of its own; kill means SIGKILL. The last line printed is JSON \
            with the counts. The exit code is 1 when anything was lost, stuck or recorded twice.

            Example: concord faults --jobs 5000 --kills 40 --json
            """,
        subcommands: [FaultsWorkerCommand.self, FaultsOrchestratorCommand.self]
    )

    @Option(help: "Jobs without a plan.")
    var jobs = 5000

    @Option(help: "Operations of six steps, of which one waits for a reviewer.")
    var operations = 100

    @Option(help: "How many processes are killed in each run.")
    var kills = 30

    @Option(help: "Worker processes.")
    var workers = 3

    @Option(help: "Orchestrator processes.")
    var orchestrators = 2

    @Option(help: "Redis' persistence; both when it is not given.")
    var persistence: Persistence?

    @Option(help: "Seed of the random choices; printed, so that a run's choices can be repeated.")
    var seed: UInt64 = .random(in: .min ... .max)

    @Flag(help: "Print nothing but JSON.")
    var json = false

    func run() async throws {
        var reports: [FaultReport] = []
        for mode in persistence.map({ [$0] }) ?? [.everysec, .always] {
            let plan = FaultPlan(
                jobs: jobs,
                operations: operations,
                kills: kills,
                workers: workers,
                orchestrators: orchestrators,
                persistence: mode,
                seed: seed,
                isQuiet: json
            )
            let report = try await FaultRun(plan).run()
            reports.append(report)
            if !json { print(try JSONValue(encoding: report).encoded) }
        }
        let total = FaultTotals(reports)
        print(try JSONValue(encoding: total).encoded)
        if !total.isClean { throw ExitCode(1) }
    }
}

/// What a run does.
struct FaultPlan: Sendable {
    var jobs: Int
    var operations: Int
    var kills: Int
    var workers: Int
    var orchestrators: Int
    var persistence: Persistence
    var seed: UInt64
    var isQuiet: Bool

    /// How many jobs a worker process runs at once.
    static let concurrency = 16

    /// About how long the kills take.
    var milliseconds: Int { kills * 700 }

    /// How long a job takes, so that most slots are taken whenever a process is killed.
    var averageMilliseconds: Int {
        min(500, max(20, workers * Self.concurrency * milliseconds * 7 / 10 / max(1, jobs + 6 * operations)))
    }
}
