package import JobModel
package import JobQueue
package import Logging
import RedisClient

/// The door to the operations: create, read, list, cancel, wait.
package final class Operations: Sendable {
    /// The queue that everything stands in.
    package let queue: JobQueue
    /// The known types of operations.
    package let templates: PlanTemplates
    let logger: Logger

    /// The queue of the orchestrators themselves.
    package static let orchestratorQueue: QueueName = "orchestrator"
    /// How long an operation and its steps are kept after the end.
    static let retention: Duration = .seconds(7 * 86_400)

    /// The actions that this deployment's own workers have.
    package let builtInActions: ActionCatalog
    /// The language model for goals; nil where none is configured.
    package let model: OperationModel?
    /// How long an operation waits for the verification agent; nil where it is not asked.
    let verificationLimit: Duration?
    let presence = AgentPresence()

    /// A door to the operations of a queue.
    ///
    /// - Parameters:
    ///   - queue: the queue that everything stands in.
    ///   - templates: the known types of operations.
    ///   - actions: what is known of the workers before any of them has registered.
    ///   - model: the language model that plans and answers goals.
    ///   - verificationLimit: how long an operation waits for the verification agent where one is running; `nil` not to
    ///     ask it.
    ///   - logger: where it logs to.
    package init(
        queue: JobQueue,
        templates: PlanTemplates,
        actions: ActionCatalog = ActionCatalog(),
        model: OperationModel? = nil,
        verificationLimit: Duration? = .seconds(60),
        logger: Logger
    ) {
        self.queue = queue
        self.templates = templates
        builtInActions = actions
        self.model = model
        self.verificationLimit = verificationLimit
        self.logger = logger
    }

    /// Every action that a plan may ask for: the built-in ones, and those that worker processes have registered.
    ///
    /// The orchestrators' own actions are none of them: a plan could otherwise conclude or retry operations.
    package func actions() async throws(JobQueueError) -> ActionCatalog {
        var registered = try await queue.registeredActions()
        registered[Self.orchestratorQueue] = nil
        return builtInActions.merging(ActionCatalog(registered))
    }

    /// The plan that a request leads to, checked; nothing is stored.
    ///
    /// - Throws: ``JobFailure`` that says where the request or its plan is wrong.
    package func preview(_ request: OperationRequest) async throws -> Plan {
        let plan = try templates.plan(for: request)
        try await check(plan, for: request)
        return plan
    }

    /// Holds a plan against what is known.
    func check(_ plan: Plan, for request: OperationRequest) async throws {
        let checker = PlanChecker(
            catalog: try await actions(),
            limits: PlanLimits(parameterBytes: queue.configuration.maximumPayloadBytes)
        )
        let defects = checker.defects(of: plan, timeoutSeconds: request.timeoutSeconds)
        guard defects.isEmpty else {
            let isCustom = plan.template == PlanTemplate.custom
            throw JobFailure(plan: defects.map { isCustom ? FieldDefect("parameters.\($0.field)", $0.message) : $0 })
        }
    }

    /// Accepts an operation: when this returns, it is recorded together with the job that has it planned.
    ///
    /// The same idempotency key answers the same operation, for a day, whatever has become of it. A caller that must not
    /// create an operation twice even later names its id, made by the queue's generator for the same key.
    package func create(
        _ request: OperationRequest,
        idempotencyKey: String? = nil,
        id: JobID? = nil
    ) async throws(JobQueueError) -> (id: JobID, isDuplicate: Bool) {
        if let idempotencyKey, !(1...256).contains(idempotencyKey.utf8.count) {
            throw JobQueueError(.invalidJob, "must have 1 to 256 bytes", field: "Idempotency-Key")
        }
        let id = id ?? queue.ids.operation(key: idempotencyKey)
        let body: String
        do {
            body = String(decoding: try JSONCoding.encode(request), as: UTF8.self)
        } catch {
            throw JobQueueError(.invalidJob, "the request cannot be written as JSON", field: "parameters")
        }
        guard body.utf8.count <= queue.configuration.maximumPayloadBytes else {
            throw JobQueueError(
                .payloadTooLarge,
                "the request has \(body.utf8.count) bytes, the limit is \(queue.configuration.maximumPayloadBytes)",
                field: "parameters"
            )
        }
        let arguments = [
            id.rawValue, request.operationType, body, String(request.priority),
            String(Self.retention.wholeMilliseconds), idempotencyKey ?? "",
            String(queue.configuration.idempotencyLife.wholeMilliseconds), "\(id):plan",
            Self.line(PlanOperation.name, lane: request.lane).encoded, "{}", "\(id):deadline",
            Self.line(EnforceDeadline.name, lane: .high).encoded, "{}", String(request.timeoutSeconds * 1000),
        ]
        let clock = ContinuousClock()
        let deadline = clock.now + queue.configuration.enqueueDeadline
        var isRepeat = false
        while true {
            do {
                let partition = queue.partition(queue.partitions.index(of: idempotencyKey ?? id.rawValue))
                let reply = try await partition.call("submit_operation", arguments)
                let holder = JobID(trusted: reply[1].string ?? id.rawValue)
                // A repeated call may find what it wrote itself: the key then names its own id.
                return (holder, reply[0].string == "duplicate" && !(isRepeat && holder == id))
            } catch {
                guard error.code == .unreachable, clock.now < deadline else { throw error }
                logger.warning("creating an operation is tried again", metadata: ["error": "\(error)"])
                isRepeat = true
                await pause()
            }
        }
    }

    /// The policy of the orchestrators' own jobs: never judged by confidence, tried again for long, since they only
    /// fail while something they need is down.
    static func line(_ action: String, lane: Lane) -> PolicyLine {
        PolicyLine(queue: orchestratorQueue, action: action, policy: policy(lane: lane))
    }

    static func policy(lane: Lane) -> JobPolicy {
        JobPolicy(
            lane: lane,
            confidenceThreshold: 0,
            retention: retention,
            maximumAttempts: 100,
            maximumDeliveries: 100,
            backoff: Backoff(base: .milliseconds(200), factor: 2, cap: .seconds(15), jitter: 0.3)
        )
    }

    /// The recorded state; `nil` when there is no such operation (any more).
    package func record(_ id: JobID) async throws -> OperationRecord? {
        let partition = queue.partition(of: id)
        let reply = try await partition.send(
            RedisCommand(words: ["HMGET", "\(partition.base):o:\(id)"] + OperationRecord.fields)
        )
        return try OperationRecord(id: id, reply: reply)
    }

    /// The report; `nil` when there is no such operation (any more).
    package func report(_ id: JobID) async throws -> OperationReport? {
        guard let record = try await record(id) else { return nil }
        return try await report(of: record)
    }

    func report(of record: OperationRecord) async throws -> OperationReport {
        if record.state.isTerminal, let stored = record.report,
            let report = try? JSONCoding.decode(OperationReport.self, from: stored)
        {
            return report
        }
        let steps = try await queue.jobs(record.stepJobs)
        var report = OperationReport(
            record,
            steps: steps,
            nowMilliseconds: try await queue.serverMilliseconds(queue.partition(of: record.id))
        )
        // The planning and concluding jobs can wait for a person too.
        let own = try await queue.jobs(record.ownJobs)
        report.escalations += own.compactMap { $0?.state == .escalated ? $0?.escalation : nil }
        report.requiresHuman = report.requiresHuman || !report.escalations.isEmpty
        return report
    }

    /// The plan; `nil` when there is no such operation, or none was made.
    package func plan(_ id: JobID) async throws -> Plan? { try await record(id)?.plan }

    /// How many operations have not ended.
    package func activeCount() async throws(JobQueueError) -> Int {
        var count = 0
        for partition in queue.allPartitions {
            count += try await partition.send(RedisCommand("SCARD", "\(partition.base):operations:open")).integer ?? 0
        }
        return count
    }

    /// Ends an operation as cancelled: nothing more starts, what runs is told; `nil` when there is none.
    ///
    /// An operation that has ended is left as it is.
    package func cancel(_ id: JobID) async throws -> OperationReport? {
        guard let record = try await move(id, to: .cancelled, error: "cancelled by request") else { return nil }
        if record.state == .cancelled {
            try await stopSteps(of: id)
        }
        return try await report(id)
    }

    /// Waits until the operation has ended or needs a person, at most for a time; answers the state as it is then.
    package func wait(_ id: JobID, atMost limit: Duration, events: EventHub) async throws -> OperationReport? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        let changes = events.subscribe(to: id.rawValue)
        return try await withThrowingTaskGroup { group in
            let changed = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask { () -> OperationReport? in
                for await _ in changes { changed.continuation.yield() }
                return nil
            }
            group.addTask { () -> OperationReport? in
                // An event can be missed while Redis restarts; a look each second cannot.
                while !Task.isCancelled {
                    changed.continuation.yield()
                    do {
                        try await Task.sleep(for: max(.milliseconds(1), min(.seconds(1), deadline - clock.now)))
                    } catch {
                        break
                    }
                }
                return nil
            }
            defer { group.cancelAll() }
            for await _ in changed.stream {
                guard let report = try await self.report(id) else { return nil }
                if report.isSettled || clock.now >= deadline { return report }
            }
            return try await self.report(id)
        }
    }

    private func pause() async {
        do {
            try await Task.sleep(for: .milliseconds(100))
        } catch {
            return  // Cancelled: the next call fails and says so.
        }
    }
}
