import RedisClient

extension JobQueue {
    /// One decision of several that are sent together.
    public struct DecisionRequest: Sendable {
        /// The escalation.
        public var escalation: String
        /// The version that the reviewer saw.
        public var version: Int
        /// What the reviewer says.
        public var decision: Decision
        /// Who says it.
        public var reviewer: String
        /// Why.
        public var comment: String?

        /// Combines the parts.
        public init(
            escalation: String,
            version: Int,
            decision: Decision,
            reviewer: String,
            comment: String? = nil
        ) {
            self.escalation = escalation
            self.version = version
            self.decision = decision
            self.reviewer = reviewer
            self.comment = comment
        }
    }

    /// What an applied decision led to.
    public struct DecisionOutcome: Sendable, Hashable {
        /// The escalation's new version.
        public var version: Int
        /// The job's new state.
        public var state: JobState
    }

    /// Applies a decision; returns the new version and the job's new state.
    ///
    /// Of an audit sample the verdict is recorded, and the job, which has completed, stays as it is.
    /// - Throws: `conflict` when it was decided already, another holds it, or the version is not the current one, and
    ///   then nothing has changed; `invalidDecision` when there is no result to approve, or an audit sample is to be
    ///   retried; `notFound`.
    @discardableResult
    public func decide(
        _ id: String,
        _ decision: Decision,
        version: Int,
        reviewer: String,
        comment: String? = nil
    ) async throws(JobQueueError) -> (version: Int, state: JobState) {
        let request = DecisionRequest(
            escalation: id,
            version: version,
            decision: decision,
            reviewer: reviewer,
            comment: comment
        )
        guard let result = await decide([request]).first else {
            throw JobQueueError(.malformed, "no answer to one decision")
        }
        let outcome = try result.get()
        return (outcome.version, outcome.state)
    }

    /// Applies several decisions in one flush, each for itself: the answers come in the order of the requests, and one
    /// that is refused leaves the others as they are.
    ///
    /// When an answer is `unreachable`, its decision may have been applied: a repeat then is a `conflict`.
    public func decide(_ requests: [DecisionRequest]) async -> [Result<DecisionOutcome, JobQueueError>] {
        var results: [Result<DecisionOutcome, JobQueueError>?] = Array(repeating: nil, count: requests.count)
        var pending: [(position: Int, partition: PartitionClient, arguments: [String])] = []
        for (position, request) in requests.enumerated() {
            do throws(JobQueueError) {
                guard let index = partitions.index(ofEscalation: request.escalation) else {
                    throw Self.unknown(escalation: request.escalation)
                }
                pending.append((position, partition(index), try await arguments(for: request)))
            } catch {
                results[position] = .failure(error)
            }
        }
        // Twice where the server did not have the functions yet: such a call has done nothing.
        for round in 1...2 where !pending.isEmpty {
            let replies = await redis.pipeline(pending.map { command("decide_escalation", $0.partition, $0.arguments) })
            var missing: [(position: Int, partition: PartitionClient, arguments: [String])] = []
            for (item, reply) in zip(pending, replies) {
                if round == 1, case .failure(let error) = reply, error.code == .functionNotFound {
                    missing.append(item)
                } else {
                    results[item.position] = Self.outcome(requests[item.position].escalation, reply)
                }
            }
            pending = missing
            if !missing.isEmpty, let refusal = await loadFunctions() {
                for item in missing { results[item.position] = .failure(refusal) }
                pending = []
            }
        }
        return results.map { $0 ?? .failure(JobQueueError(.malformed, "a decision was not answered")) }
    }

    /// Takes a decision back, so that the escalation waits again; returns its new version and the job's state.
    ///
    /// - Throws: `conflict` when the version is not the current one, and when it is too late: a step that depends on the
    ///   job has started (the message names it), the flow has settled, a retried job was claimed, or the record of a lone
    ///   job has expired. `notFound`.
    @discardableResult
    public func undoDecision(
        _ id: String,
        version: Int,
        by reviewer: String
    ) async throws(JobQueueError) -> (version: Int, state: JobState) {
        let answer = try await review(
            id,
            "undo_decision",
            [id, String(version), try Self.checked(reviewer: reviewer)]
        )
        return (answer.version, try Self.state(answer.detail))
    }

    private func command(_ function: String, _ partition: PartitionClient, _ arguments: [String]) -> RedisCommand {
        var command = partition.command(function, capacity: arguments.reduce(64) { $0 + $1.utf8.count + 16 })
        for argument in arguments { command.append(argument) }
        return command
    }

    private func loadFunctions() async -> JobQueueError? {
        do {
            try await redis.load(functions.library)
            return nil
        } catch {
            return JobQueueError(error)
        }
    }

    private static func outcome(
        _ id: String,
        _ reply: Result<RedisReply, RedisError>
    ) -> Result<DecisionOutcome, JobQueueError> {
        switch reply {
        case .failure(let error): return .failure(JobQueueError(error))
        case .success(let reply):
            do throws(JobQueueError) {
                let answer = try reviewed(id, reply)
                return .success(DecisionOutcome(version: answer.version, state: try state(answer.detail)))
            } catch {
                return .failure(error)
            }
        }
    }

    private static func state(_ word: String) throws(JobQueueError) -> JobState {
        guard let state = JobState(rawValue: word) else {
            throw JobQueueError(.malformed, "a decision was answered with the unknown state \(word)")
        }
        return state
    }

    /// The words of `decide_escalation`.
    private func arguments(for request: DecisionRequest) async throws(JobQueueError) -> [String] {
        var value = ""
        var parameters = ""
        var guidance = ""
        do {
            switch request.decision {
            case .override(let replacement): value = try replacement.encoded
            case .retry(let changed, let words):
                parameters = try await merged(changed, escalation: request.escalation)?.encoded ?? ""
                guidance = words ?? ""
            case .approve, .reject: break
            }
        } catch let error as JobQueueError {
            throw error
        } catch {
            throw JobQueueError(.invalidDecision, "the value cannot be written as JSON", field: "value")
        }
        let limit = configuration.maximumPayloadBytes
        let texts = [
            ("value", value), ("parameters", parameters), ("guidance", guidance), ("comment", request.comment ?? ""),
        ]
        for (field, text) in texts where text.utf8.count > limit {
            throw JobQueueError(.payloadTooLarge, "\(text.utf8.count) bytes, the limit is \(limit)", field: field)
        }
        return [
            request.escalation, String(request.version), request.decision.name,
            try Self.checked(reviewer: request.reviewer), request.comment ?? "", value, parameters, guidance,
        ]
    }

    /// The job's parameters with the changed ones in their place.
    ///
    /// They cannot change meanwhile: only a decision on the version that the reviewer names changes the input of a parked
    /// job.
    private func merged(_ changed: JSONValue?, escalation id: String) async throws -> JSONValue? {
        guard let changed else { return nil }
        guard case .object(let changes) = changed else {
            throw JobQueueError(.invalidDecision, "must be an object", field: "parameters")
        }
        guard let job = PartitionMap.job(ofEscalation: id), let input = try await self.job(job)?.input,
            case .object(let present) = try JSONValue(parsing: input)
        else { return changed }
        return .object(present.merging(changes) { _, new in new })
    }
}
