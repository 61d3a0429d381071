import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator
import PrivateServers
import RedisClient
import Synchronization

/// One run: start everything, let work flow, kill at random, wait for the end, account for every job.
final class FaultRun: Sendable {
    private let plan: FaultPlan
    private let recoveries = Mutex<[Int]>([])
    private let accepted = Mutex<(jobs: [JobID], operations: [JobID])>(([], []))
    private let reviewed = Mutex(0)

    init(_ plan: FaultPlan) { self.plan = plan }

    func run() async throws -> FaultReport {
        var logger = Logger(label: "faults")
        logger.logLevel = plan.isQuiet ? .critical : .error
        let redis = try await PrivateRedis.start(settings: plan.persistence.settings)
        let queue = try JobQueue(configuration: FaultWorkload.configuration(redis.url), logger: logger)
        let operations = try FaultWorkload.operations(on: queue, logger: logger)
        let log = ExecutionLog(path: "\(redis.folder)/executions.log")
        let crew = FaultCrew(redis: redis, log: log)
        let ledger = EventLedger(queue: queue, redisURL: redis.url, logger: logger)
        try await queue.prepare()
        for _ in 0..<plan.workers { try await crew.addWorker() }
        for _ in 0..<plan.orchestrators { try await crew.addOrchestrator() }
        say(
            "seed \(plan.seed), \(plan.persistence.rawValue): \(plan.workers) workers, \(plan.orchestrators) orchestrators"
        )

        let clock = ContinuousClock.now
        var report = FaultReport(
            persistence: plan.persistence.rawValue,
            seed: plan.seed,
            accepted: 0,
            operations: 0,
            reviewed: 0
        )
        try await withThrowingTaskGroup { group in
            let ledgerTask = Task { await ledger.run() }
            let reviewer = Task { await self.review(queue) }
            group.addTask { try await self.enqueue(on: queue) }
            group.addTask { try await self.create(with: operations) }
            try await self.kill(crew, queue, &report)
            try await group.waitForAll()
            self.say("all is accepted and all kills are done; waiting for the end")
            await self.settle(queue, operations)
            reviewer.cancel()
            await reviewer.value
            await ledger.catchUp()
            ledgerTask.cancel()
            await ledgerTask.value
        }
        report.seconds = clock.duration(to: .now) / .seconds(1)
        try await account(&report, queue, operations, ledger, log)
        await crew.stop()
        await queue.close()
        await redis.terminate()
        return report
    }

    private func say(_ text: String) {
        if !plan.isQuiet { print(text) }
    }

    // MARK: Work

    private func enqueue(on queue: JobQueue) async throws {
        let batch = 50
        let pause = Duration.milliseconds(max(1, plan.milliseconds * batch / max(1, plan.jobs)))
        for start in stride(from: 0, to: plan.jobs, by: batch) {
            let jobs = (start..<min(plan.jobs, start + batch)).map {
                FaultWorkload.job($0, averageMilliseconds: plan.averageMilliseconds)
            }
            let receipts = try await queue.enqueue(jobs)
            accepted.withLock { $0.jobs += receipts.map(\.id) }
            try await Task.sleep(for: min(pause, .milliseconds(500)))
        }
    }

    private func create(with operations: Operations) async throws {
        let pause = Duration.milliseconds(max(1, plan.milliseconds / max(1, plan.operations)))
        for number in 0..<plan.operations {
            let request = OperationRequest(
                operationType: FaultWorkload.type,
                parameters: ["milliseconds": .integer(number % 21 * plan.averageMilliseconds / 10)],
                timeoutSeconds: 3600
            )
            let (id, _) = try await operations.create(request)
            accepted.withLock { $0.operations.append(id) }
            try await Task.sleep(for: min(pause, .milliseconds(500)))
        }
    }

    /// Approves whatever waits, until it is cancelled.
    private func review(_ queue: JobQueue) async {
        while !Task.isCancelled {
            do {
                for escalation in try await queue.openEscalations() {
                    try await queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "fault-run")
                    reviewed.withLock { $0 += 1 }
                }
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                // Redis is down, or a decision's answer was lost and the repeat is a conflict: the next round sees.
                do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            }
        }
    }

    // MARK: Faults

    private func kill(_ crew: FaultCrew, _ queue: JobQueue, _ report: inout FaultReport) async throws {
        var random = SeededGenerator(seed: plan.seed)
        try await Task.sleep(for: .seconds(1))
        for _ in 0..<plan.kills {
            try await Task.sleep(for: .milliseconds(Int.random(in: 200...900, using: &random)))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                report.killedWorkers += 1
                try await killWorker(crew, queue, &random)
            case 6..<8:
                report.killedOrchestrators += 1
                try await crew.replaceOrchestrator(using: &random)
            default:
                report.killedRedis += 1
                say("kill -9 redis-server")
                try await crew.restartRedis(after: .milliseconds(Int.random(in: 0...800, using: &random)))
            }
        }
    }

    private func killWorker(_ crew: FaultCrew, _ queue: JobQueue, _ random: inout SeededGenerator) async throws {
        let pid = try await crew.killWorker(using: &random)
        let killed = ContinuousClock.now
        say("kill -9 worker \(pid)")
        let orphans = try? await orphans(of: pid, queue)
        Task { [self] in
            var open = orphans ?? []
            guard !open.isEmpty else { return }
            while !open.isEmpty, ContinuousClock.now - killed < .seconds(60) {
                if let jobs = try? await queue.jobs(open.map(\.id)) {
                    open = zip(open, jobs).filter { $1?.state == .running && $1?.owner == $0.owner }.map(\.0)
                }
                do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
            }
            let took = Int((ContinuousClock.now - killed) / .milliseconds(1))
            recoveries.withLock { $0.append(took) }
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &random)))
        try await crew.addWorker()
    }

    /// The jobs that the process held when it died.
    private func orphans(of pid: Int32, _ queue: JobQueue) async throws -> [(id: JobID, owner: String)] {
        guard let owner = try await queue.processes().first(where: { $0.pid == Int(pid) })?.id else { return [] }
        let leases = try await queue.partition(0).send(
            RedisCommand("ZRANGE", "\(queue.partitions.bases[0]):leases", "0", "-1")
        )
        let ids = leases.elements.compactMap { $0.string.map(JobID.init(trusted:)) }
        return zip(ids, try await queue.jobs(ids)).filter { $1?.owner == owner && $1?.state == .running }.map {
            ($0.0, owner)
        }
    }

    // MARK: The end

    /// Waits until everything has ended, or nothing has moved for a minute.
    private func settle(_ queue: JobQueue, _ operations: Operations) async {
        var last = -1
        var lastMove = ContinuousClock.now
        while ContinuousClock.now - lastMove < .seconds(60) {
            if let open = try? await openCount(queue, operations) {
                if open == 0 { return }
                if open != last {
                    last = open
                    lastMove = .now
                }
            }
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
        }
    }

    private func openCount(_ queue: JobQueue, _ operations: Operations) async throws -> Int {
        var count = try await operations.activeCount()
        for depth in try await queue.queues() where depth.queue == FaultWorkload.queue {
            count += depth.ready + depth.running + depth.delayed
        }
        return count
    }

    private func account(
        _ report: inout FaultReport,
        _ queue: JobQueue,
        _ operations: Operations,
        _ ledger: EventLedger,
        _ log: ExecutionLog
    ) async throws {
        let (jobs, ids) = accepted.withLock { $0 }
        var all = jobs
        for id in ids { all += (1...6).map { JobID(trusted: "\(id):E\($0)") } }
        for start in stride(from: 0, to: all.count, by: 500) {
            let part = Array(all[start..<min(all.count, start + 500)])
            for (id, job) in zip(part, try await queue.jobs(part)) {
                guard let job else {
                    say("lost: \(id)")
                    report.lost += 1
                    continue
                }
                if !job.state.isTerminal {
                    say("stuck: \(id) is \(job.state)")
                    report.stuck += 1
                } else if job.state != .completed {
                    say("lost: \(id) ended as \(job.state), \(job.cause ?? "")")
                    report.lost += 1
                }
            }
        }
        for id in ids {
            let state = try await operations.record(id)?.state
            if state == nil {
                report.lost += 1
            } else if state != .completed {
                say("stuck: \(id) is \(state?.rawValue ?? "gone")")
                report.stuck += 1
            }
        }
        report.accepted = all.count
        report.operations = ids.count
        report.reviewed = reviewed.withLock { $0 }
        report.doubleOutcomes = ledger.doubles.count
        for id in ledger.doubles { say("recorded twice: \(id)") }
        report.executedAgain = try log.executions().values.count { $0 > 1 }
        let times = recoveries.withLock { $0.sorted() }
        report.recoveries = times.count
        report.recoveryP50Milliseconds = times.isEmpty ? nil : times[times.count / 2]
        report.recoveryMaxMilliseconds = times.last
    }
}
