import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/jobs`: jobs without a plan.
struct JobsController: Sendable {
    private let queue: JobQueue
    private let submission: JobSubmission
    private let maximumBodyBytes: Int

    /// `confidenceThreshold` is that of a job that names none.
    init(queue: JobQueue, confidenceThreshold: Double, maximumBodyBytes: Int) {
        self.queue = queue
        self.maximumBodyBytes = maximumBodyBytes
        submission = JobSubmission(
            confidenceThreshold: confidenceThreshold,
            maximumPayloadBytes: queue.configuration.maximumPayloadBytes
        )
    }

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .post("/jobs", use: enqueue)
            .post("/jobs/batch", use: enqueueBatch)
            .get("/jobs/:id", use: show)
            .post("/jobs/:id/cancel", use: cancel)
    }

    /// What an accepted job is answered with.
    private struct Accepted: Encodable {
        let id: JobID
        /// Whether the idempotency key was taken: `id` is then the job that holds it, and nothing was enqueued.
        let duplicate: Bool
        /// The level that was reached.
        let durability: String

        init(_ receipt: Receipt) {
            id = receipt.id
            duplicate = receipt.isDuplicate
            durability = receipt.durability.word
        }
    }

    @Sendable private func enqueue(_ request: Request, context: GatewayContext) async throws -> Response {
        let headerKey = try request.idempotencyKey()
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let durability = reader.durability()
        var job = try submission.job(from: &reader)
        if let headerKey {
            guard job.idempotencyKey == nil || job.idempotencyKey == headerKey else {
                throw Problem.invalid("idempotency_key", "differs from the header Idempotency-Key")
            }
            job.idempotencyKey = headerKey
        }
        let receipt = try await queue.enqueue(job, durability: durability)
        return try Response(Accepted(receipt), status: .accepted, headers: [.location: "/jobs/\(receipt.id)"])
    }

    private static let maximumBatch = 10_000

    /// Accepts all jobs of a body or none: every one is checked before the first is enqueued.
    @Sendable private func enqueueBatch(_ request: Request, context: GatewayContext) async throws -> Response {
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let durability = reader.durability()
        let elements = reader.take("jobs", required: true, "must be a list of 1 to \(Self.maximumBatch) jobs") {
            value in
            if case .array(let list) = value, (1...Self.maximumBatch).contains(list.count) { list } else { nil }
        }
        var jobs: [NewJob] = []
        for (position, element) in (elements ?? []).enumerated() {
            guard case .object(let members) = element else {
                reader.note("jobs[\(position)]", "must be an object")
                continue
            }
            var inner = FieldReader(members, path: "jobs[\(position)].")
            do {
                jobs.append(try submission.job(from: &inner))
            } catch let problem as Problem where problem.kind == .invalidFields {
                reader.note(problem.errors)
            }
        }
        try reader.check()
        let receipts = try await queue.enqueue(jobs, durability: durability)
        return try Response(["jobs": receipts.map(Accepted.init)], status: .accepted)
    }

    @Sendable private func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("job")
        guard let job = try await queue.job(id) else { throw Problem.notFound("job", id.rawValue) }
        return try Response(JobReport(job))
    }

    private struct Cancelled: Encodable {
        let id: JobID
        let state: String
    }

    /// 200 when it will not run, 202 when its worker is being told, 409 when it had ended otherwise.
    @Sendable private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("job")
        switch try await queue.cancel(id) {
        case .cancelled, .ended(.cancelled): return try Response(Cancelled(id: id, state: JobState.cancelled.rawValue))
        case .cancelling: return try Response(Cancelled(id: id, state: "cancelling"), status: .accepted)
        case .ended(let state): throw Problem(.conflict, "job \(id) has ended as \(state.rawValue)")
        case .unknown: throw Problem.notFound("job", id.rawValue)
        }
    }
}
