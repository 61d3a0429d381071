import DequeModule
import Logging
import RedisClient
import Synchronization

/// Fetches, starts and settles the jobs of one queue in one partition.
///
/// One loop does it all: whatever outcomes have gathered since the last round trip and a claim for whatever slots are
/// free leave together, in one flush. So a busy worker needs one round trip for many jobs, and an idle one for one.
final class PartitionConsumer: Sendable {
    private struct State {
        var outcomes: [Settlement] = []
        /// Nothing was left at the last claim: wait for the bell before the next.
        var isDry = false
        var wasWoken = false
        var isDraining = false
        /// Nobody waits for the last outcomes any longer than one more try.
        var isAbandoned = false
        var hasEnded = false
        var nextWaitMilliseconds = Bell.longestWait
        var lines = PolicyLineCache()
        var lastFetch: ContinuousClock.Instant = .now
    }

    private let index: Int
    private let partition: PartitionClient
    private let configuration: WorkerConfiguration
    private let leaseMilliseconds: Int
    private let process: String
    private let running: RunningJobs
    private let runner: JobRunner
    private let bell: Bell
    private let logger: Logger
    private let state = Mutex(State())
    private let signal = Signal()
    private let armed = Signal()

    init(
        index: Int,
        partition: PartitionClient,
        bell: Bell,
        configuration: WorkerConfiguration,
        lease: Duration,
        process: String,
        running: RunningJobs,
        runner: JobRunner,
        logger: Logger
    ) {
        self.index = index
        self.partition = partition
        self.bell = bell
        self.configuration = configuration
        leaseMilliseconds = lease.wholeMilliseconds
        self.process = process
        self.running = running
        self.runner = runner
        self.logger = logger
    }

    /// When jobs were last fetched, or all slots were taken so that nothing had to be.
    var lastFetch: ContinuousClock.Instant { state.withLock { $0.lastFetch } }

    /// No further claims; ``run()`` returns when every outcome is recorded.
    func drain() {
        state.withLock { $0.isDraining = true }
        signal.raise()
    }

    /// Hands back the jobs whose actions were told to stop and did not.
    func abandon() {
        let left = running.abandon(partition: index)
        state.withLock { $0.isAbandoned = true }
        for (id, fence) in left {
            logger.error(
                "an action did not stop when it was cancelled; its job is handed back",
                metadata: ["job.id": "\(id)"]
            )
            state.withLock { $0.outcomes.append(Settlement(id: id, fence: fence, verdict: .released)) }
        }
        signal.raise()
    }

    /// Looks again at what there is to do: a slot may be free.
    func wake() { signal.raise() }

    /// Runs until it is drained.
    func run() async {
        while true {
            let isDraining = state.withLock { $0.isDraining }
            let outcomes = state.withLock { state in
                defer { state.outcomes = [] }
                return state.outcomes
            }
            let slots = slotsToClaim()
            if outcomes.isEmpty, slots == 0 {
                if isDraining, running.held(partition: index).isEmpty { break }
                await signal.wait()
                continue
            }
            await exchange(outcomes, slots: slots)
        }
        state.withLock { $0.hasEnded = true }
        armed.raise()
    }

    /// Waits on the bell whenever the loop finds nothing to claim; runs until the consumer has ended.
    func listen() async {
        while true {
            await armed.wait()
            let (hasEnded, isDry, wait) = state.withLock { ($0.hasEnded, $0.isDry, $0.nextWaitMilliseconds) }
            if hasEnded || Task.isCancelled { return }
            guard isDry else { continue }
            var wasWoken = false
            do throws(JobQueueError) {
                wasWoken = try await bell.wait(milliseconds: wait)
                state.withLock { $0.lastFetch = .now }
            } catch {
                if Task.isCancelled { return }
                logger.warning("waiting for jobs failed", metadata: ["error": "\(error)"])
                await pause()
            }
            state.withLock { state in
                state.isDry = false
                state.wasWoken = wasWoken
            }
            signal.raise()
        }
    }

    private func slotsToClaim() -> Int {
        let mayClaim = state.withLock { !$0.isDraining && !$0.isDry }
        guard mayClaim else { return 0 }
        let slots = running.reserveFree()
        if slots == 0 { state.withLock { $0.lastFetch = .now } }
        return slots
    }

    private func exchange(_ outcomes: [Settlement], slots: Int) async {
        var commands: [RedisCommand] = []
        if !outcomes.isEmpty {
            var command = partition.command("settle_jobs", capacity: outcomes.reduce(64) { $0 + $1.byteCount })
            for outcome in outcomes { outcome.append(to: &command) }
            commands.append(command)
        }
        if slots > 0 { commands.append(claimCommand(slots)) }
        let replies = await partition.redis.pipeline(commands)
        var error: RedisError?
        if !outcomes.isEmpty, let reply = replies.first { error = record(reply, of: outcomes) }
        if slots > 0, let reply = replies.last { error = start(reply, slots: slots) ?? error }
        guard let error else { return }
        if state.withLock({ $0.isAbandoned }) { return giveUp(error) }
        if error.code == .functionNotFound {
            do {
                try await partition.redis.load(partition.functions.library)
                return
            } catch {
                logger.error("the function library cannot be loaded", metadata: ["error": "\(error)"])
            }
        } else {
            logger.warning("an exchange with Redis failed and is tried again", metadata: ["error": "\(error)"])
        }
        await pause()
    }

    /// Leaves the last outcomes unrecorded: their leases run out, and the jobs run again elsewhere.
    private func giveUp(_ error: RedisError) {
        let lost = state.withLock { state in
            defer { state.outcomes = [] }
            return state.outcomes
        }
        for outcome in lost {
            running.settled(outcome.id, fence: outcome.fence)
            logger.error(
                "an outcome could not be recorded before the process ended; the job will run again",
                metadata: ["job.id": "\(outcome.id)", "error": "\(error)"]
            )
        }
    }

    private func claimCommand(_ slots: Int) -> RedisCommand {
        var command = partition.command("claim_jobs")
        command.append(process)
        command.append(configuration.queue.rawValue)
        command.append(slots)
        command.append(leaseMilliseconds)
        command.append(configuration.weights.high)
        command.append(configuration.weights.normal)
        command.append(configuration.weights.low)
        command.append(state.withLock { $0.wasWoken } ? "1" : "0")
        return command
    }

    /// Takes the answers to recorded outcomes; outcomes whose answer was lost stay, and their leases with them.
    private func record(_ reply: Result<RedisReply, RedisError>, of outcomes: [Settlement]) -> RedisError? {
        switch reply {
        case .success(let reply):
            for (row, outcome) in outcomes.enumerated() {
                let word = reply[row].string ?? "missing"
                running.settled(outcome.id, fence: outcome.fence)
                if word == "unknown" || (word == "stale" && !outcome.isRepeat) {
                    logger.warning(
                        "an outcome was refused: the lease was another's",
                        metadata: ["job.id": "\(outcome.id)", "answer": "\(word)"]
                    )
                }
            }
            return nil
        case .failure(let error):
            let kept = outcomes.map { outcome in
                var outcome = outcome
                outcome.isRepeat = outcome.isRepeat || error.mayHaveExecuted
                return outcome
            }
            state.withLock { $0.outcomes.insert(contentsOf: kept, at: 0) }
            return error
        }
    }

    private func start(_ reply: Result<RedisReply, RedisError>, slots: Int) -> RedisError? {
        let answer: RedisReply
        switch reply {
        case .failure(let error):
            running.unreserve(slots)
            return error
        case .success(let reply): answer = reply
        }
        let rows = answer[3]
        var started = 0
        var lines = state.withLock { $0.lines }
        for row in 0..<rows.count {
            do throws(JobQueueError) {
                let job = try ClaimedJob(reply: rows[row], lines: &lines)
                running.add(job.id, fence: job.fence, partition: index)
                started += 1
                launch(job)
            } catch {
                // Its lease runs out, and after its deliveries it is a dead letter: nothing is lost or dropped here.
                logger.error("a claimed job cannot be read", metadata: ["error": "\(error)"])
            }
        }
        running.unreserve(slots - started)
        let now = answer[0].integer ?? 0
        let due = answer[2].integer ?? -1
        let isDry = rows.count < slots
        state.withLock { state in
            state.lines = lines
            state.isDry = isDry
            state.wasWoken = false
            state.lastFetch = .now
            state.nextWaitMilliseconds = due < 0 ? Bell.longestWait : max(1, due - now)
            if answer[1].integer == 1 { state.nextWaitMilliseconds = Bell.longestWait }
        }
        if isDry { armed.raise() }
        return nil
    }

    /// Starts a job's action.
    ///
    /// The task is not a child of the loop, because a job is cancelled alone, by its id; every
    /// one is awaited through ``RunningJobs`` before the worker's `run()` returns.
    private func launch(_ job: ClaimedJob) {
        let task = Task(executorPreference: ActionTaskExecutor.shared) { [self] in
            let settlement = await runner.run(job)
            if let settlement { state.withLock { $0.outcomes.append(settlement) } }
            signal.raise()
        }
        running.attach(task, to: job.id, fence: job.fence)
    }

    private func pause() async {
        do {
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...250)))
        } catch {
            return  // Cancelled: the caller looks at the state again and stops.
        }
    }
}
