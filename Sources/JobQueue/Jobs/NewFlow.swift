/// A DAG of jobs to enqueue together.
public struct NewFlow: Sendable {
    /// One job of a flow.
    public struct Step: Sendable {
        /// Its name in the flow, such as `E1`; its job's id is `FLOW:NAME`.
        public var name: String
        /// The job; its id, delay and idempotency key are not used.
        public var job: NewJob
        /// The names of the steps that it waits for; each must stand earlier in the flow.
        public var after: [String]
        /// When it is released.
        public var fanIn: FanIn

        /// Combines the parts.
        public init(_ name: String, _ job: NewJob, after: [String] = [], fanIn: FanIn = .all) {
            self.name = name
            self.job = job
            self.after = after
            self.fanIn = fanIn
        }
    }

    /// The flow's id; enqueueing it twice changes nothing.
    public var id: JobID
    /// The steps, each after those it waits for.
    public var steps: [Step]
    /// How long the records are kept after the last step has ended.
    public var retention: Duration
    /// A job that becomes ready when the last step has ended.
    public var whenSettled: NewJob?

    /// Combines the parts.
    public init(id: JobID, steps: [Step], retention: Duration = .seconds(86_400), whenSettled: NewJob? = nil) {
        self.id = id
        self.steps = steps
        self.retention = retention
        self.whenSettled = whenSettled
    }

    /// The id of a step's job.
    public func job(_ step: String) -> JobID { JobID(trusted: "\(id.rawValue):\(step)") }

    /// The id of the job that becomes ready when the flow has settled.
    func settledJob(_ job: NewJob) -> JobID { job.id ?? self.job("settled") }

    func check(_ configuration: JobQueueConfiguration) throws(JobQueueError) {
        func invalid(_ message: String, _ field: String) -> JobQueueError {
            JobQueueError(.invalidJob, message, field: field)
        }
        if steps.isEmpty { throw invalid("a flow has at least one step", "steps") }
        if steps.count > 1000 { throw invalid("a flow has at most 1000 steps", "steps") }
        if id.rawValue.utf8.contains(UInt8(ascii: ":")) { throw invalid("a flow's id contains no colon", "id") }
        if retention < .seconds(1) || retention > JobPolicy.longestTime {
            throw invalid("from one second to 100 years", "retention")
        }
        var earlier: Set<String> = []
        for step in steps {
            let field = "steps.\(step.name)"
            if JobID(rawValue: job(step.name).rawValue) == nil || step.name.utf8.contains(UInt8(ascii: ":")) {
                throw invalid("a step's name has characters of A-Z a-z 0-9 . _ -", field)
            }
            if earlier.contains(step.name) { throw invalid("two steps have this name", field) }
            for parent in step.after where !earlier.contains(parent) {
                throw invalid("it waits for \(parent), which is no earlier step", field)
            }
            if Set(step.after).count != step.after.count { throw invalid("it waits twice for one step", field) }
            if step.fanIn.need(parents: step.after.count) == nil {
                throw invalid("its fan-in policy does not fit its \(step.after.count) dependencies", field)
            }
            try step.job.check(configuration)
            earlier.insert(step.name)
        }
        if let whenSettled {
            try whenSettled.check(configuration)
            let id = settledJob(whenSettled)
            if id.partitionKey != self.id.rawValue[...] || id == self.id {
                throw invalid(
                    "its id begins with the flow's id and a colon, to be in the flow's partition",
                    "whenSettled.id"
                )
            }
            if steps.contains(where: { job($0.name) == id }) { throw invalid("a step has its id", "whenSettled.id") }
        }
    }
}
