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

    private static let id = Endpoint.Parameter.path("id", "The job's id.")

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/jobs",
                .jobs,
                "Enqueue a job",
                parameters: [
                    .header(
                        "Idempotency-Key",
                        "The same key answers the same job.",
                        .string(minLength: 1, maxLength: 256)
                    )
                ],
                body: Endpoint.Body(shape: Self.single, example: JobSubmission.example),
                answers: [
                    .json(
                        202,
                        "The job is durable.",
                        Shape("AcceptedJob", Accepted.schema),
                        example: Accepted.example,
                        headers: ["Location": "The job's path."]
                    )
                ],
                problems: [.full],
                handler: enqueue
            ),
            Endpoint(
                .post,
                "/jobs/batch",
                .jobs,
                "Enqueue many jobs, all or none",
                body: Endpoint.Body(shape: Self.batch, example: ["jobs": [JobSubmission.example]]),
                answers: [
                    .json(
                        202,
                        "The jobs are durable; in the order of the request.",
                        Shape("AcceptedJobs", .answer([.required("jobs", .array(of: Accepted.schema))])),
                        example: ["jobs": [Accepted.example]]
                    )
                ],
                problems: [.full],
                handler: enqueueBatch
            ),
            Endpoint(
                .get,
                "/jobs/{id}",
                .jobs,
                "Read a job",
                parameters: [Self.id],
                answers: [.json(200, "The job.", JobReport.shape, example: JobReport.example)],
                problems: [.notFound],
                handler: show
            ),
            Endpoint(
                .post,
                "/jobs/{id}/cancel",
                .jobs,
                "Cancel a job",
                parameters: [Self.id],
                answers: [
                    .json(200, "It will not run.", Cancelled.shape, example: ["id": "j-1", "state": "cancelled"]),
                    .json(
                        202,
                        "Its worker is being told.",
                        Cancelled.shape,
                        example: ["id": "j-1", "state": "cancelling"]
                    ),
                ],
                problems: [.notFound, .conflict],
                handler: cancel
            ),
        ]
    }

    private static var single: Shape {
        var schema = JobSubmission.schema
        schema.properties.append(JobSubmission.durability)
        return Shape("JobRequest", schema)
    }

    private static var batch: Shape {
        Shape(
            "JobBatchRequest",
            .object([
                .required("jobs", .array(of: JobSubmission.schema, minItems: 1, maxItems: maximumBatch)),
                JobSubmission.durability,
            ])
        )
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

        static let schema = JSONSchema.answer([
            .required("id", .string()),
            .required("duplicate", .boolean("Whether the idempotency key was taken, and nothing was enqueued.")),
            .required("durability", .string("The level that was reached.")),
        ])

        static let example: JSONValue = ["id": "j-0k3v8g2m1c", "duplicate": false, "durability": "memory"]
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

        static let shape = Shape(
            "CancelledJob",
            .answer([
                .required("id", .string()), .required("state", .string(enum: ["cancelled", "cancelling"])),
            ])
        )
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
