import RedisClient

extension JobQueue {
    /// One escalation; `nil` when no record of it exists (any more).
    public func escalation(_ id: String) async throws(JobQueueError) -> EscalationSnapshot? {
        guard let index = partitions.index(ofEscalation: id) else { return nil }
        let partition = partition(index)
        return try await escalations([id], of: partition).first
    }

    /// Escalations that wait for a decision, oldest first.
    public func openEscalations(limit: Int = 1000) async throws(JobQueueError) -> [EscalationSnapshot] {
        var open: [EscalationSnapshot] = []
        for partition in allPartitions {
            let reply = try await partition.send(
                RedisCommand("ZRANGE", "\(partition.base):escalated", "0", String(max(0, limit - 1)))
            )
            open += try await escalations(reply.elements.compactMap(\.string), of: partition)
        }
        return Array(open.sorted { $0.openedMilliseconds < $1.openedMilliseconds }.prefix(limit))
    }

    /// How many escalations wait for a decision.
    public func openEscalationCount() async throws(JobQueueError) -> Int {
        var count = 0
        for partition in allPartitions {
            count += try await partition.send(RedisCommand("ZCARD", "\(partition.base):escalated")).integer ?? 0
        }
        return count
    }

    /// Gives an escalation to a reviewer for a while; returns its new version.
    ///
    /// - Throws: `conflict` when another holds it or the version is not the current one, `notFound`.
    public func claimEscalation(
        _ id: String,
        version: Int,
        reviewer: String,
        lease: Duration = .seconds(900)
    ) async throws(JobQueueError) -> Int {
        try await review(
            id,
            "claim_escalation",
            [id, String(version), try Self.checked(reviewer: reviewer), String(max(1, lease.wholeMilliseconds))]
        ).version
    }

    /// Gives an escalation back to the others; returns its new version.
    public func releaseEscalation(
        _ id: String,
        version: Int,
        reviewer: String
    ) async throws(JobQueueError) -> Int {
        try await review(
            id,
            "claim_escalation",
            [id, String(version), try Self.checked(reviewer: reviewer), "0"]
        ).version
    }

    /// Applies a decision; returns the new version and the job's new state.
    ///
    /// - Throws: `conflict` when it was decided already, another holds it, or the version is not the current one, and
    ///   then nothing has changed; `invalidDecision` when there is no result to approve; `notFound`.
    @discardableResult
    public func decide(
        _ id: String,
        _ decision: Decision,
        version: Int,
        reviewer: String,
        comment: String? = nil
    ) async throws(JobQueueError) -> (version: Int, state: JobState) {
        var value = ""
        var parameters = ""
        var guidance = ""
        do {
            switch decision {
            case .override(let replacement): value = try replacement.encoded
            case .retry(let changed, let words):
                parameters = try await merged(changed, escalation: id)?.encoded ?? ""
                guidance = words ?? ""
            case .approve, .reject: break
            }
        } catch let error as JobQueueError {
            throw error
        } catch {
            throw JobQueueError(.invalidDecision, "the value cannot be written as JSON", field: "value")
        }
        for (field, text) in [("value", value), ("parameters", parameters)]
        where text.utf8.count > configuration.maximumPayloadBytes {
            throw JobQueueError(
                .payloadTooLarge,
                "\(text.utf8.count) bytes, the limit is \(configuration.maximumPayloadBytes)",
                field: field
            )
        }
        let outcome = try await review(
            id,
            "decide_escalation",
            [
                id, String(version), decision.name, try Self.checked(reviewer: reviewer), comment ?? "", value,
                parameters, guidance,
            ]
        )
        guard let state = JobState(rawValue: outcome.detail) else {
            throw JobQueueError(.malformed, "decide_escalation answered an unknown state")
        }
        return (outcome.version, state)
    }

    /// The job's parameters with the changed ones in their place.
    ///
    /// They cannot change meanwhile: only a decision on the
    /// version that the reviewer names changes the input of a parked job.
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

    private static func checked(reviewer: String) throws(JobQueueError) -> String {
        guard (1...100).contains(reviewer.utf8.count), !reviewer.utf8.contains(where: { $0 < 32 }) else {
            throw JobQueueError(.invalidDecision, "1 to 100 bytes without control characters", field: "reviewer")
        }
        return reviewer
    }

    private func review(
        _ id: String,
        _ function: String,
        _ arguments: [String]
    ) async throws(JobQueueError) -> (version: Int, detail: String) {
        guard let index = partitions.index(ofEscalation: id) else {
            throw JobQueueError(.notFound, "there is no escalation \(id)")
        }
        let reply = try await partition(index).call(function, arguments)
        let version = reply[1].integer ?? 0
        let detail = reply[2].string ?? ""
        switch reply[0].string {
        case "applied": return (version, detail)
        case "conflict":
            throw JobQueueError(.conflict, "the escalation is \(detail) at version \(version)", field: "version")
        case "claimed": throw JobQueueError(.conflict, "\(detail) holds the escalation", field: "reviewer")
        case "invalid": throw JobQueueError(.invalidDecision, detail, field: "decision")
        default: throw JobQueueError(.notFound, "there is no escalation \(id)")
        }
    }

    private func escalations(
        _ ids: [String],
        of partition: PartitionClient
    ) async throws(JobQueueError) -> [EscalationSnapshot] {
        guard !ids.isEmpty else { return [] }
        let now = try await serverMilliseconds(partition)
        let commands = ids.map { id in
            RedisCommand(words: ["HMGET", "\(partition.base):e:\(id)"] + EscalationSnapshot.fields)
        }
        var snapshots: [EscalationSnapshot] = []
        for (id, reply) in zip(ids, await redis.pipeline(commands)) {
            switch reply {
            case .success(let reply):
                if let snapshot = try EscalationSnapshot(id: id, reply: reply, nowMilliseconds: now) {
                    snapshots.append(snapshot)
                }
            case .failure(let error): throw JobQueueError(error)
            }
        }
        return snapshots
    }
}
