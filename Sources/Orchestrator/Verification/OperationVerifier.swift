package import JobModel
import JobQueue
import Synchronization

/// Asks the verification agent about an operation whose steps have ended, and waits for the verdict without a slot.
///
/// The question is a job of the agent's queue. A later pass of the conclusion, itself a delayed job, looks for the answer.
/// Nothing waits for an agent that is not there: without a live process, or when the answer takes longer than the limit,
/// the operation goes on, and the reason is kept with it.
struct OperationVerifier {
    /// What a pass of the conclusion is to do.
    enum Step {
        /// Go on with this verdict.
        case decided(RecordedVerification)
        /// Another pass looks again later.
        case waiting
    }

    let operations: Operations
    let record: OperationRecord
    /// Which pass this is.
    let pass: Int

    private var run: Int { record.startedMilliseconds }

    /// What the conclusion itself needs of an operation's time after the wait.
    private static let margin = 3000

    /// Whether another pass of the same run has recorded a verdict, and goes on with it.
    var isSuperseded: Bool { record.verification.map { $0.run == run && $0.pass != pass } ?? false }

    /// The job that asks the agent.
    static func question(_ record: OperationRecord) -> JobID {
        JobID(trusted: "\(record.id):verify-\(record.startedMilliseconds)")
    }

    /// The job of a pass of the conclusion.
    static func conclusion(_ id: JobID, run: Int, pass: Int) -> JobID {
        JobID(trusted: pass == 0 ? "\(id):settled" : "\(id):concluded-\(run)-\(pass)")
    }

    /// Whether a job is a pass of an operation's conclusion.
    static func isConclusion(_ job: JobID, of id: JobID) -> Bool {
        job.rawValue == "\(id):settled" || job.rawValue.hasPrefix("\(id):concluded-")
    }

    /// Asks, or looks for the answer.
    func consult() async throws -> Step {
        if let recorded = record.verification, recorded.run == run { return .decided(recorded) }
        guard record.request.requireValidation else { return decided(.skipped("the request asks for no validation")) }
        guard let limit = operations.verificationLimit else {
            return decided(.skipped("this deployment does not verify operations"))
        }
        let question = Self.question(record)
        let asked = try await operations.queue.job(question)
        guard let asked else {
            guard try await operations.isVerificationLive() else {
                return decided(.skipped("no verification agent is running"))
            }
            let left = record.remainingMilliseconds(at: try await now()) - Self.margin
            guard left > 0 else { return decided(.skipped("the operation's time limit leaves no time to verify it")) }
            try await ask(question, min(limit, .milliseconds(left)))
            return try await later()
        }
        switch asked.state {
        case .completed:
            guard let result = asked.result, let verdict = try JSONValue(parsing: result)["verdict"] else {
                return decided(.skipped("the verification agent answered without a verdict"))
            }
            return decided(try verdict.decode(VerificationVerdict.self))
        case .dead, .cancelled, .escalated:
            let why = asked.errors.last.map { ": \($0.failure.code)" } ?? ""
            return decided(.skipped("the verification did not complete\(why)"))
        case .scheduled, .waiting, .ready, .running:
            let now = try await now()
            guard record.remainingMilliseconds(at: now) > Self.margin else {
                _ = try await operations.queue.cancel(question)
                return decided(.skipped("the operation's time limit left no time to wait for the verification"))
            }
            guard now - asked.createdMilliseconds < limit.wholeMilliseconds else {
                _ = try await operations.queue.cancel(question)
                return decided(.skipped("the verification agent did not answer within \(limit)"))
            }
            return try await later()
        }
    }

    private func now() async throws -> Int {
        try await operations.queue.serverMilliseconds(operations.queue.partition(of: record.id))
    }

    private func decided(_ verdict: VerificationVerdict) -> Step {
        .decided(RecordedVerification(run: run, pass: pass, verdict: verdict))
    }

    private func ask(_ question: JobID, _ limit: Duration) async throws {
        let parameters: JSONValue = ["operation_id": .string(record.id.rawValue)]
        let policy = JobPolicy(
            lane: record.request.lane,
            // Its verdict is the operation's to judge: the job itself never waits for a person.
            confidenceThreshold: 0,
            retention: Operations.retention,
            maximumAttempts: 3,
            backoff: Backoff(base: .milliseconds(200), factor: 2, cap: .seconds(5), jitter: 0.3),
            timeout: limit
        )
        let job = NewJob(
            queue: Operations.verificationQueue,
            action: "verify",
            input: Array(try JSONCoding.encode(parameters)),
            policy: policy,
            id: question
        )
        _ = try await operations.queue.enqueue(job)
    }

    /// Soon at first, since most answers take milliseconds; once a second in the end.
    private func later() async throws -> Step {
        let milliseconds = min(1000, 50 << min(pass, 5))
        let parameters: JSONValue = ["run": .integer(run), "pass": .integer(pass + 1)]
        let job = NewJob(
            queue: Operations.orchestratorQueue,
            action: ConcludeOperation.name,
            input: Array(try JSONCoding.encode(parameters)),
            policy: Operations.policy(lane: .high),
            delay: .milliseconds(milliseconds),
            id: Self.conclusion(record.id, run: run, pass: pass + 1)
        )
        _ = try await operations.queue.enqueue(job)
        return .waiting
    }
}

/// Whether agents live, as it was a moment ago: asked once for the operations of two seconds.
final class AgentPresence: Sendable {
    private let last = Mutex<(at: ContinuousClock.Instant, isLive: Bool)?>(nil)
    private static let life = Duration.seconds(2)

    /// What was found lately, or what `look` finds now.
    func isLive(_ look: () async throws -> Bool) async throws -> Bool {
        let known = last.withLock { $0 }
        if let known, .now - known.at < Self.life { return known.isLive }
        let isLive = try await look()
        last.withLock { $0 = (.now, isLive) }
        return isLive
    }
}

extension Operations {
    /// The queue of the verification agent.
    package static let verificationQueue: QueueName = "verification"

    /// Whether a process of the verification agent has given a sign of life lately.
    func isVerificationLive() async throws -> Bool {
        try await presence.isLive {
            try await queue.processes().contains { $0.queue == Self.verificationQueue }
        }
    }
}
