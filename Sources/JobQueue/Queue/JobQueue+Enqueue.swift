import Logging
import RedisClient

extension JobQueue {
    /// Enqueues one job.
    ///
    /// When this returns, the job is in Redis. When it throws `unreachable`, the last attempt may have arrived: enqueue
    /// again with the same id or idempotency key to be sure.
    public func enqueue(_ job: NewJob, durability: Durability = .memory) async throws(JobQueueError) -> Receipt {
        let receipts = try await enqueue([job], durability: durability)
        guard let receipt = receipts.first else { throw JobQueueError(.malformed, "no receipt for one job") }
        return receipt
    }

    /// Enqueues many jobs in one round trip per partition; receipts come in the order of the jobs.
    ///
    /// All jobs are checked before the first is sent. They are written in calls of a few hundred jobs, each all or
    /// nothing; a lost connection in between is resumed, and no job is enqueued twice.
    public func enqueue(_ jobs: [NewJob], durability: Durability = .memory) async throws(JobQueueError) -> [Receipt] {
        for job in jobs {
            try job.check(configuration)
            if let id = job.id, let key = job.idempotencyKey, partitions.index(of: id) != partitions.index(of: key) {
                throw JobQueueError(
                    .invalidJob,
                    "the id and the idempotency key belong to different partitions: give one of them",
                    field: "idempotencyKey"
                )
            }
        }
        var pending = chunks(of: jobs)
        var receipts = [Receipt?](repeating: nil, count: jobs.count)
        let clock = ContinuousClock()
        let deadline = clock.now + configuration.enqueueDeadline
        var isRepeat = false
        while !pending.isEmpty {
            let failed = try await send(pending, of: jobs, verify: isRepeat, durability: durability, into: &receipts)
            guard let (chunk, error) = failed.first else { break }
            // A library that was missing has been loaded: the call is due at once, and once also past the deadline.
            let isDue = error.code == .functionNotFound && (!isRepeat || clock.now < deadline)
            pending = failed.map(\.0)
            isRepeat = true
            if isDue { continue }
            // A full server says so at once: room comes when jobs end, and the caller knows better what to do until then.
            let isHopeless = !error.isRetryable || error.code == .outOfMemory
            if isHopeless || clock.now >= deadline { throw JobQueueError(error) }
            logger.warning(
                "enqueue failed and is tried again",
                metadata: ["jobs": "\(chunk.positions.count)", "error": "\(error)"]
            )
            do {
                try await clock.sleep(for: .milliseconds(Int.random(in: 20...100)))
            } catch {
                throw JobQueueError(.unreachable, "cancelled while waiting for Redis")
            }
        }
        return receipts.compactMap { $0 }
    }

    /// Enqueues a flow; an id that exists already changes nothing and answers `false`.
    @discardableResult
    public func enqueue(_ flow: NewFlow) async throws(JobQueueError) -> Bool {
        try flow.check(configuration)
        let partition = partition(of: flow.id)
        var command = partition.command(
            "enqueue_flow",
            capacity: flow.steps.reduce(512) { $0 + $1.job.input.count + 256 }
        )
        command.append(flow.id.rawValue)
        command.append(flow.retention.wholeMilliseconds)
        if let job = flow.whenSettled {
            command.append(flow.settledJob(job).rawValue)
            command.append(PolicyLine(queue: job.queue, action: job.action, policy: job.policy).encoded)
            command.append(bytes: job.input)
        } else {
            for _ in 0..<3 { command.append("") }
        }
        for step in flow.steps {
            command.append(flow.job(step.name).rawValue)
            command.append(PolicyLine(queue: step.job.queue, action: step.job.action, policy: step.job.policy).encoded)
            command.append(bytes: step.job.input)
            command.append(step.fanIn.need(parents: step.after.count) ?? step.after.count)
            command.append(step.after.map { flow.job($0).rawValue }.joined(separator: " "))
        }
        return try await partition.call(command).string == "enqueued"
    }

    private struct Chunk {
        var partition: Int
        var positions: [Int] = []
        var ids: [JobID] = []
        var bytes = 0
    }

    private static let jobsPerCall = 256
    private static let bytesPerCall = 512 << 10

    /// Shares the jobs out to calls; ids are made here, so that a repeated call names the same jobs.
    private func chunks(of jobs: [NewJob]) -> [Chunk] {
        var chunks: [Chunk] = []
        var open: [Chunk?] = Array(repeating: nil, count: partitions.bases.count)
        for (position, job) in jobs.enumerated() {
            let id = job.id ?? ids.job(key: job.idempotencyKey)
            let index = job.idempotencyKey.map { partitions.index(of: $0) } ?? partitions.index(of: id)
            var chunk = open[index] ?? Chunk(partition: index)
            open[index] = nil
            chunk.positions.append(position)
            chunk.ids.append(id)
            chunk.bytes += job.input.count
            if chunk.ids.count == Self.jobsPerCall || chunk.bytes > Self.bytesPerCall {
                chunks.append(chunk)
            } else {
                open[index] = chunk
            }
        }
        return chunks + open.compactMap { $0 }
    }

    private func command(for chunk: Chunk, of jobs: [NewJob], verify: Bool) -> RedisCommand {
        var command = partition(chunk.partition)
            .command("enqueue_jobs", capacity: chunk.bytes + chunk.ids.count * 256 + 128)
        // An id that the caller chose may be in use already: writing over a running job's record would run it twice.
        let isChosen = chunk.positions.contains { jobs[$0].id != nil }
        command.append(verify || isChosen ? "1" : "0")
        let life = configuration.idempotencyLife.wholeMilliseconds
        var last: (job: NewJob, line: String)?
        for (position, id) in zip(chunk.positions, chunk.ids) {
            let job = jobs[position]
            if last?.job.queue != job.queue || last?.job.action != job.action || last?.job.policy != job.policy {
                last = (job, PolicyLine(queue: job.queue, action: job.action, policy: job.policy).encoded)
            }
            command.append(id.rawValue)
            command.append(last?.line ?? "")
            command.append(bytes: job.input)
            command.append(job.delay.wholeMilliseconds)
            command.append(job.idempotencyKey ?? "")
            command.append(life)
        }
        return command
    }

    /// Sends calls in one flush; fills in the receipts of those that succeeded and returns the others with their errors.
    private func send(
        _ chunks: [Chunk],
        of jobs: [NewJob],
        verify: Bool,
        durability: Durability,
        into receipts: inout [Receipt?]
    ) async throws(JobQueueError) -> [(Chunk, RedisError)] {
        var reached = Durability.memory
        var replies: [Result<RedisReply, RedisError>] = []
        if case .replicated(let replicas) = durability {
            // In one piece: WAIT speaks of what its own connection has written.
            let commands = chunks.map { command(for: $0, of: jobs, verify: verify) }
            replies = await redis.pipeline(commands + [RedisCommand("WAIT", String(replicas), "1000")])
            if case .success(let reply)? = replies.popLast(), let replicas = reply.integer {
                reached = replicas > 0 ? .replicated(replicas) : .memory
            }
        } else {
            // The server works on the first calls while the next ones are encoded.
            let flights = chunks.map { redis.start([command(for: $0, of: jobs, verify: verify)]) }
            for flight in flights { replies += await flight.replies() }
        }
        var failed: [(Chunk, RedisError)] = []
        for (chunk, reply) in zip(chunks, replies) {
            switch reply {
            case .failure(let error):
                if error.code == .functionNotFound {
                    do { try await redis.load(functions.library) } catch { throw JobQueueError(error) }
                }
                failed.append((chunk, error))
            case .success(let reply):
                guard reply.count == chunk.ids.count else {
                    throw JobQueueError(.malformed, "enqueue_jobs answered \(reply.count) of \(chunk.ids.count) jobs")
                }
                for (row, position) in chunk.positions.enumerated() {
                    let id = JobID(trusted: reply[row][1].string ?? "")
                    // A repeated call finds its own job, or its own idempotency key: that is no duplicate.
                    let isOwn = verify && id == chunk.ids[row]
                    receipts[position] = Receipt(
                        id: id,
                        isDuplicate: reply[row][0].string != "enqueued" && !isOwn,
                        durability: reached
                    )
                }
            }
        }
        return failed
    }
}
