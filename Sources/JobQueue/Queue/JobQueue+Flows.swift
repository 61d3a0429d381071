import RedisClient

extension JobQueue {
    /// Runs a settled flow again from where it stopped; returns how many of its steps run again.
    ///
    /// Every step that has not completed, also a dead or cancelled one, has its attempts and deliveries from 0 and waits
    /// for its dependencies again; completed steps keep their results; the `whenSettled` job waits again. 0 when all have
    /// completed: nothing changes then.
    ///
    /// - Parameters:
    ///   - id: the flow.
    ///   - word: a word for this retry: a second call with the same one changes nothing and returns 0.
    /// - Returns: how many steps run again.
    /// - Throws: `conflict` while the flow still runs (a step may wait for a person) or its `whenSettled` job has not
    ///   ended; `notFound` when the flow's records are gone.
    @discardableResult
    public func retryFlow(_ id: JobID, once word: String = "") async throws(JobQueueError) -> Int {
        let reply = try await partition(of: id).call("retry_flow", [id.rawValue, word])
        switch reply[0].string {
        case "retried": return reply[1].integer ?? 0
        case "conflict": throw JobQueueError(.conflict, reply[1].string ?? "the flow still runs")
        default: throw JobQueueError(.notFound, "there is no flow \(id) any more")
        }
    }

    /// The events of a flow's steps, their escalations and of the operation of that id, oldest first: all of them since
    /// its beginning, or since the event with the id `after`; at most `limit`, 1 to 1000.
    ///
    /// Nothing is left out: the timeline keeps every event as long as the flow's records live, and afterwards it is
    /// empty. The ids are those that ``EventHub`` tells the same events by.
    ///
    /// - Throws: `invalidQuery` for an `after` that is no event's id, or a limit out of range.
    public func timeline(
        of flow: JobID,
        after: String? = nil,
        limit: Int = 1000
    ) async throws(JobQueueError) -> [JobEvent] {
        guard (1...1000).contains(limit) else { throw JobQueueError(.invalidQuery, "from 1 to 1000", field: "limit") }
        var start = EventPlace.beginning
        if let after {
            guard let place = EventPlace(after) else {
                throw JobQueueError(.invalidQuery, "it is no event's id", field: "after")
            }
            start = place
        }
        let partition = partition(of: flow)
        let reply = try await partition.send(
            RedisCommand("XRANGE", "\(partition.base):t:\(flow)", start.entry, "+", "COUNT", String(limit + 1))
        )
        let events = reply.elements.flatMap { JobEvent.all(in: $0[1], entry: $0[0].string ?? "") }
        return Array(events.filter { event in EventPlace(event.id).map { start < $0 } ?? false }.prefix(limit))
    }
}
