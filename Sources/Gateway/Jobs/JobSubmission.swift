import JobModel
import JobQueue
import Orchestrator

/// Reads the jobs that `POST /jobs` and `POST /jobs/batch` take, with the defaults of the API.
struct JobSubmission {
    /// The confidence threshold of a job that names none.
    let confidenceThreshold: Double
    /// The largest parameters, in bytes of JSON.
    let maximumPayloadBytes: Int

    /// Takes a job out of a body.
    ///
    /// - Throws: the ``Problem`` that names everything that is wrong with the body.
    func job(from reader: inout FieldReader) throws -> NewJob {
        let queue = reader.take("queue", required: true, Self.nameRule) { $0.string.flatMap(QueueName.init(rawValue:)) }
        let action = reader.take("action", required: true, Self.nameRule) { value in
            value.string.flatMap { QueueName.isLegal($0) ? $0 : nil }
        }
        let parameters = reader.object("parameters") ?? [:]
        let lane = reader.integer("priority", 1...10).flatMap(Lane.init(priority:)) ?? .normal
        let delay = reader.integer("delay_ms", 0...Self.longestMilliseconds) ?? 0
        let key = reader.string("idempotency_key", bytes: 1...256)
        var policy = JobPolicy(lane: lane, confidenceThreshold: confidenceThreshold)
        if let members = reader.object("policy") {
            var inner = FieldReader(members, path: reader.path(of: "policy"))
            policy.read(&inner)
            reader.note(inner.finish())
        }
        if queue == Operations.orchestratorQueue {
            reader.note(
                "queue",
                "\(Operations.orchestratorQueue) is the orchestrators' own; create an operation instead"
            )
        }
        let defects = reader.finish()
        guard let queue, let action, defects.isEmpty else { throw Problem.invalid(defects) }
        let input = Array(try JSONCoding.encode(parameters))
        guard input.count <= maximumPayloadBytes else {
            let message = "has \(input.count) bytes, the limit is \(maximumPayloadBytes)"
            throw Problem(
                .tooLarge,
                "the parameters are too large; put large data into a file or a table and pass a reference",
                errors: [FieldDefect(reader.path + "parameters", message)]
            )
        }
        return NewJob(
            queue: queue,
            action: action,
            input: input,
            policy: policy,
            delay: .milliseconds(delay),
            idempotencyKey: key
        )
    }

    private static let nameRule = "must have 1 to 64 characters of a-z 0-9 _ . - and begin with a letter"
    /// A year: longer delays and retentions are mistakes of the unit.
    static let longestMilliseconds = 366 * 86_400_000
}

extension JobPolicy {
    /// Takes what a body says of the policy.
    fileprivate mutating func read(_ reader: inout FieldReader) {
        let milliseconds = 0...JobSubmission.longestMilliseconds
        if let value = reader.number("confidence_threshold", 0...1) { confidenceThreshold = value }
        if let value = reader.integer("max_attempts", 1...1000) { maximumAttempts = value }
        if let value = reader.integer("max_deliveries", 1...1000) { maximumDeliveries = value }
        if let value = reader.integer("timeout_ms", 1...milliseconds.upperBound) { timeout = .milliseconds(value) }
        if let value = reader.integer("retention_ms", milliseconds) { retention = .milliseconds(value) }
        onExhausted =
            reader.take("on_exhausted", "must be one of dead, escalate") { value in
                value.string.flatMap(JobPolicy.Exhaustion.init(rawValue:))
            } ?? onExhausted
        guard let members = reader.object("backoff") else { return }
        var inner = FieldReader(members, path: reader.path(of: "backoff"))
        backoff = Backoff(
            base: .milliseconds(inner.integer("base_ms", milliseconds) ?? backoff.baseMilliseconds),
            factor: inner.number("factor", 1...100) ?? backoff.factor,
            cap: .milliseconds(inner.integer("cap_ms", milliseconds) ?? backoff.capMilliseconds),
            jitter: inner.number("jitter", 0...1) ?? backoff.jitter
        )
        reader.note(inner.finish())
    }
}
