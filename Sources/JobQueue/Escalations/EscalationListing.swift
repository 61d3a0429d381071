import RedisClient

/// Finds the escalations of one partition that a filter admits, as many as a page takes and one more.
struct EscalationListing: Sendable {
    let queue: JobQueue
    let partition: PartitionClient
    let filter: EscalationFilter
    /// The last of the page before; `nil` for the first page.
    let start: EscalationPlace?
    let nowMilliseconds: Int

    /// How many members of an index are read where its order is not the wanted one.
    private static let candidates = 10_000
    /// How many records a flush reads.
    private static let chunk = 250

    func matches() async throws(JobQueueError) -> [EscalationSnapshot] {
        var found: [EscalationSnapshot] = []
        for index in filter.indexes {
            found = merged(found, isOrdered(index) ? try await ordered(index) : try await scanned(index))
        }
        return found
    }

    /// Two lists as one in the wanted order, no longer than needed.
    func merged(_ some: [EscalationSnapshot], _ others: [EscalationSnapshot]) -> [EscalationSnapshot] {
        let all = (some + others).map { (place: EscalationPlace($0, by: filter.sort), escalation: $0) }
        let sorted = all.sorted { $0.place.precedes($1.place, ascending: filter.isAscending) }
        return sorted.prefix(filter.limit + 1).map(\.escalation)
    }

    /// Whether the scores of an index are the keys of the wanted order.
    private func isOrdered(_ index: String) -> Bool {
        switch filter.sort {
        case .opened: index == "escalated" || index == "samples"
        case .due: index == "due"
        case .decided: index == "resolved"
        case .confidence: false
        }
    }

    /// Follows an index from the start until the page is full.
    private func ordered(_ index: String) async throws(JobQueueError) -> [EscalationSnapshot] {
        // A place without a key comes after everything that an index holds.
        if let start, start.key == nil { return [] }
        var found: [EscalationSnapshot] = []
        var last = start
        var count = max(filter.limit, 100)
        while found.count <= filter.limit {
            let rows = try await rows(of: index, from: last?.key, count: count)
            let fresh = rows.filter { last?.precedes($0, ascending: filter.isAscending) ?? true }
            last = fresh.last ?? last
            found += try await admitted(fresh.map(\.id))
            if rows.count < count { break }
            // So many of one instant that a whole read brought nothing new.
            if fresh.isEmpty { count *= 2 }
        }
        return found
    }

    private func rows(
        of index: String,
        from key: Double?,
        count: Int
    ) async throws(JobQueueError) -> [EscalationPlace] {
        let lowest = filter.isAscending ? key.map { "\($0)" } ?? "-inf" : "-inf"
        let highest = filter.overdueOnly ? String(nowMilliseconds) : "+inf"
        let upper = filter.isAscending ? highest : key.map { "\($0)" } ?? highest
        let range = filter.isAscending ? [lowest, upper, "BYSCORE"] : [upper, lowest, "BYSCORE", "REV"]
        let words = ["ZRANGE", "\(partition.base):\(index)"] + range + ["LIMIT", "0", String(count), "WITHSCORES"]
        let flat = try await partition.send(RedisCommand(words: words)).elements
        return stride(from: 0, to: flat.count - 1, by: 2).compactMap { position in
            guard let id = flat[position].string, let score = flat[position + 1].double else { return nil }
            return EscalationPlace(key: score, id: id)
        }
    }

    /// Reads all members of an index.
    private func scanned(_ index: String) async throws(JobQueueError) -> [EscalationSnapshot] {
        let reply = try await partition.send(
            RedisCommand("ZREVRANGE", "\(partition.base):\(index)", "0", String(Self.candidates - 1))
        )
        var ids = reply.elements.compactMap(\.string)[...]
        var found: [EscalationSnapshot] = []
        while !ids.isEmpty {
            let admitted = try await admitted(Array(ids.prefix(Self.chunk)))
            ids = ids.dropFirst(Self.chunk)
            found = merged(found, admitted.filter(isAfterStart))
        }
        return found
    }

    private func isAfterStart(_ escalation: EscalationSnapshot) -> Bool {
        let place = EscalationPlace(escalation, by: filter.sort)
        return start?.precedes(place, ascending: filter.isAscending) ?? true
    }

    private func admitted(_ ids: [String]) async throws(JobQueueError) -> [EscalationSnapshot] {
        guard !ids.isEmpty else { return [] }
        let read = try await queue.escalations(ids, of: partition, nowMilliseconds: nowMilliseconds)
        return read.filter { filter.admits($0, atMilliseconds: nowMilliseconds) }
    }
}
