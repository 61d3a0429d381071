import RedisClient

extension JobQueue {
    /// One escalation; `nil` when no record of it exists (any more).
    public func escalation(_ id: String) async throws(JobQueueError) -> EscalationSnapshot? {
        guard let index = partitions.index(ofEscalation: id) else { return nil }
        let partition = partition(index)
        return try await escalations([id], of: partition, nowMilliseconds: try await serverMilliseconds(partition))
            .first
    }

    /// Escalations that hold up a job, oldest first.
    public func openEscalations(limit: Int = 1000) async throws(JobQueueError) -> [EscalationSnapshot] {
        var open: [EscalationSnapshot] = []
        for partition in allPartitions {
            let reply = try await partition.send(
                RedisCommand("ZRANGE", "\(partition.base):escalated", "0", String(max(0, limit - 1)))
            )
            let ids = reply.elements.compactMap(\.string)
            guard !ids.isEmpty else { continue }
            let now = try await serverMilliseconds(partition)
            open += try await escalations(ids, of: partition, nowMilliseconds: now)
        }
        return Array(open.sorted { $0.openedMilliseconds < $1.openedMilliseconds }.prefix(limit))
    }

    /// How many escalations hold up a job.
    public func openEscalationCount() async throws(JobQueueError) -> Int {
        var count = 0
        for partition in allPartitions {
            count += try await partition.send(RedisCommand("ZCARD", "\(partition.base):escalated")).integer ?? 0
        }
        return count
    }

    /// A page of the escalations that a filter admits, and the cursor of the next page, `nil` after the last.
    ///
    /// In the order of an index (by opening those that wait, by decision those that do not, by due time those that are
    /// overdue) a page costs what it holds and what the filter skips. In another order every candidate is read, of which
    /// there are at most 10,000 in a partition's index, the newest. A change between two pages moves what it changes:
    /// nothing else is told twice or left out.
    ///
    /// - Throws: `invalidQuery` for a limit out of 1 to 1000 or a cursor that is none.
    public func escalations(
        matching filter: EscalationFilter
    ) async throws(JobQueueError) -> (escalations: [EscalationSnapshot], next: String?) {
        guard (1...1000).contains(filter.limit) else {
            throw JobQueueError(.invalidQuery, "from 1 to 1000", field: "limit")
        }
        let start = filter.cursor.flatMap(EscalationPlace.init)
        if filter.cursor != nil, start == nil {
            throw JobQueueError(.invalidQuery, "it is none that a list has answered", field: "cursor")
        }
        var found: [EscalationSnapshot] = []
        for partition in filter.flow.map({ [partition(of: $0)] }) ?? allPartitions {
            let listing = EscalationListing(
                queue: self,
                partition: partition,
                filter: filter,
                start: start,
                nowMilliseconds: try await serverMilliseconds(partition)
            )
            found = listing.merged(found, try await listing.matches())
        }
        let page = Array(found.prefix(filter.limit))
        let next = found.count > page.count ? page.last.map { EscalationPlace($0, by: filter.sort).cursor } : nil
        return (page, next)
    }

    func escalations(
        _ ids: [String],
        of partition: PartitionClient,
        nowMilliseconds now: Int
    ) async throws(JobQueueError) -> [EscalationSnapshot] {
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
