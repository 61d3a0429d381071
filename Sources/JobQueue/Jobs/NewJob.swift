/// A job to enqueue.
public struct NewJob: Sendable {
    /// The queue that it goes to.
    public var queue: QueueName
    /// The action that it asks of its worker.
    public var action: String
    /// Its parameters as JSON text.
    public var input: [UInt8]
    /// How it is queued, retried, judged and kept.
    public var policy: JobPolicy
    /// When it becomes ready, counted from its enqueue by the server's clock.
    public var delay: Duration
    /// A key under which the same job is accepted once, also after it has ended and its record is gone.
    public var idempotencyKey: String?
    /// Its id, for a caller that enqueues again after a lost answer; without one, an id is made.
    ///
    /// While a record of that id exists, nothing is enqueued.
    public var id: JobID?

    /// Takes parameters as JSON text.
    public init(
        queue: QueueName,
        action: String,
        input: [UInt8],
        policy: JobPolicy = JobPolicy(),
        delay: Duration = .zero,
        idempotencyKey: String? = nil,
        id: JobID? = nil
    ) {
        self.queue = queue
        self.action = action
        self.input = input
        self.policy = policy
        self.delay = delay
        self.idempotencyKey = idempotencyKey
        self.id = id
    }

    /// Takes parameters that become JSON.
    public init(
        queue: QueueName,
        action: String,
        parameters: some Encodable,
        policy: JobPolicy = JobPolicy(),
        delay: Duration = .zero,
        idempotencyKey: String? = nil
    ) throws {
        self.init(
            queue: queue,
            action: action,
            input: Array(try JSONCoding.encode(parameters)),
            policy: policy,
            delay: delay,
            idempotencyKey: idempotencyKey
        )
    }

    func check(_ configuration: JobQueueConfiguration) throws(JobQueueError) {
        if !QueueName.isLegal(action) {
            throw JobQueueError(
                .invalidJob,
                "an action's name has 1 to 64 characters of a-z 0-9 _ . - and begins with a letter",
                field: "action"
            )
        }
        if let defect = policy.defect {
            throw JobQueueError(.invalidJob, defect, field: "policy")
        }
        if delay < .zero { throw JobQueueError(.invalidJob, "must not be negative", field: "delay") }
        if let idempotencyKey, !(1...256).contains(idempotencyKey.utf8.count) {
            throw JobQueueError(.invalidJob, "must have 1 to 256 bytes", field: "idempotencyKey")
        }
        if input.count > configuration.maximumPayloadBytes {
            throw JobQueueError(
                .payloadTooLarge,
                "the parameters have \(input.count) bytes, the limit is \(configuration.maximumPayloadBytes); put large data into a file or a table and pass a reference",
                field: "input"
            )
        }
    }
}
