import RedisClient

extension JobQueue {
    /// A page of the dead letters, newest first, and the cursor of the next page, `nil` after the last.
    ///
    /// What dies between two pages is not told; nothing is told twice or left out.
    /// - Throws: `invalidQuery` for a limit out of 1 to 1000 or a cursor that is none.
    public func deadLetters(
        limit: Int,
        cursor: String?
    ) async throws(JobQueueError) -> (letters: [JobSnapshot], next: String?) {
        guard (1...1000).contains(limit) else { throw JobQueueError(.invalidQuery, "from 1 to 1000", field: "limit") }
        var start: DeadLetterPlace?
        if let cursor {
            guard let place = DeadLetterPlace(cursor: cursor) else {
                throw JobQueueError(.invalidQuery, "it is none that a list has answered", field: "cursor")
            }
            start = place
        }
        var places: [DeadLetterPlace] = []
        for partition in allPartitions {
            places += try await deadLetters(of: partition, after: start, count: limit + 1)
        }
        places.sort(by: >)
        let page = Array(places.prefix(limit))
        // One that was retried or discarded meanwhile has left the list.
        let letters = try await jobs(page.map(\.id)).compactMap { $0 }
        return (letters, places.count > limit ? page.last?.cursor : nil)
    }

    private func deadLetters(
        of partition: PartitionClient,
        after start: DeadLetterPlace?,
        count wanted: Int
    ) async throws(JobQueueError) -> [DeadLetterPlace] {
        var count = wanted
        while true {
            let highest = start.map { String($0.milliseconds) } ?? "+inf"
            let command = RedisCommand(
                "ZRANGE",
                "\(partition.base):dead",
                highest,
                "-inf",
                "BYSCORE",
                "REV",
                "LIMIT",
                "0",
                String(count),
                "WITHSCORES"
            )
            let rows = try await partition.send(command).elements
            let places = stride(from: 0, to: rows.count - 1, by: 2).compactMap { row -> DeadLetterPlace? in
                guard let id = rows[row].string, let score = rows[row + 1].double else { return nil }
                return DeadLetterPlace(milliseconds: Int(score), id: JobID(trusted: id))
            }
            let after = places.filter { place in start.map { place < $0 } ?? true }
            // Many may have died in the instant at which the page before ended.
            if after.count >= wanted || places.count < count { return Array(after.prefix(wanted)) }
            count *= 2
        }
    }
}

/// The place of a dead letter among the others.
private struct DeadLetterPlace: Comparable {
    let milliseconds: Int
    let id: JobID

    static func < (a: Self, b: Self) -> Bool {
        (a.milliseconds, a.id.rawValue) < (b.milliseconds, b.id.rawValue)
    }
}

extension DeadLetterPlace {
    /// `MILLISECONDS:ID`.
    init?(cursor: String) {
        let parts = cursor.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int(parts[0]), let id = JobID(rawValue: String(parts[1])) else {
            return nil
        }
        self.init(milliseconds: milliseconds, id: id)
    }

    /// The text from which it is read again.
    var cursor: String { "\(milliseconds):\(id)" }
}
