import RedisClient

extension JobQueue {
    /// An event, and where a reader stands that has read it and those before.
    public struct ReadEvent: Sendable, Hashable {
        /// The event.
        public var event: JobEvent
        /// The place after it.
        public var cursor: EventCursor
    }

    /// Reads the text of a cursor.
    ///
    /// - Throws: `invalidQuery` for a text that is none of this deployment, which has a fixed number of partitions.
    public func eventCursor(_ text: String) throws(JobQueueError) -> EventCursor {
        guard let cursor = EventCursor(text), cursor.places.count == partitions.bases.count else {
            throw JobQueueError(.invalidQuery, "it is none that an event has told", field: "cursor")
        }
        return cursor
    }

    /// The place after the newest event.
    public func latestEvents() async throws(JobQueueError) -> EventCursor {
        var places: [EventCursor.Place] = []
        for partition in allPartitions {
            let reply = try await partition.send(
                RedisCommand("XREVRANGE", "\(partition.base):events", "+", "-", "COUNT", "1")
            )
            places.append(EventCursor.Place(entry: reply[0][0].string ?? "0-0", count: .max))
        }
        return EventCursor(places)
    }

    /// The events of all partitions after a place, oldest first, at most `limit`; each flow's are in their order.
    ///
    /// The streams are cut to a length: a place whose event is gone means the oldest that is kept.
    public func events(after cursor: EventCursor, limit: Int) async throws(JobQueueError) -> [ReadEvent] {
        var entries: [(partition: Int, id: EventPlace, events: [JobEvent])] = []
        for (index, partition) in allPartitions.enumerated() where index < cursor.places.count {
            let reply = try await partition.send(
                RedisCommand(
                    "XRANGE",
                    "\(partition.base):events",
                    cursor.places[index].entry,
                    "+",
                    "COUNT",
                    String(limit + 1)
                )
            )
            entries += reply.elements.compactMap { entry in Self.entry(index, entry) }
        }
        return Self.merged(entries, after: cursor, limit: limit)
    }

    /// The newest events of all partitions, oldest first, at most `limit`.
    public func newestEvents(limit: Int) async throws(JobQueueError) -> [ReadEvent] {
        var start = try await latestEvents()
        var entries: [(partition: Int, id: EventPlace, events: [JobEvent])] = []
        for (index, partition) in allPartitions.enumerated() {
            let reply = try await partition.send(
                RedisCommand("XREVRANGE", "\(partition.base):events", "+", "-", "COUNT", String(limit))
            )
            let read = reply.elements.reversed().compactMap { entry in Self.entry(index, entry) }
            if let first = read.first { start.places[index] = EventCursor.Place(entry: first.id.entry, count: 0) }
            entries += read
        }
        return Array(Self.merged(entries, after: start, limit: .max).suffix(limit))
    }

    private static func entry(
        _ partition: Int,
        _ reply: RedisReply
    ) -> (partition: Int, id: EventPlace, events: [JobEvent])? {
        guard let id = reply[0].string, let place = EventPlace(id) else { return nil }
        return (partition, place, JobEvent.all(in: reply[1], entry: id))
    }

    private static func merged(
        _ entries: [(partition: Int, id: EventPlace, events: [JobEvent])],
        after start: EventCursor,
        limit: Int
    ) -> [ReadEvent] {
        var cursor = start
        var read: [ReadEvent] = []
        for entry in entries.sorted(by: { ($0.id, $0.partition) < ($1.id, $1.partition) }) {
            let place = cursor.places[entry.partition]
            let isBegun = place.entry == entry.id.entry
            for (position, event) in entry.events.enumerated() where !isBegun || position >= place.count {
                guard read.count < limit else { return read }
                cursor.places[entry.partition] = EventCursor.Place(entry: entry.id.entry, count: position + 1)
                read.append(ReadEvent(event: event, cursor: cursor))
            }
        }
        return read
    }
}
