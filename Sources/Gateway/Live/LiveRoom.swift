import JobQueue
import NIOCore

/// The listeners of one scope, and what they have not been told yet.
struct LiveRoom {
    /// The connections of the listeners.
    var listeners: [ObjectIdentifier: any Channel] = [:]
    /// What was counted last, and when.
    var counts: (value: LiveCounts, at: ContinuousClock.Instant)?
    /// What a listener that comes now is told at once: the counts of the last message.
    var greeting: ByteBuffer?
    private var events: [JobEvent] = []
    private var omitted = 0
    private var toldAt: ContinuousClock.Instant?
    /// Whether something has changed since the counts were last read.
    var isChanged = true

    /// The most events of one message; of more, the latest are told.
    static let maximumEvents = 200
    /// How long without a change until a message is sent all the same.
    static let heartbeat: Duration = .seconds(1)
    /// How old counts may be of which no event told that they changed: events can be missed.
    static let countsLife: Duration = .seconds(5)

    /// Remembers an event for the next message.
    mutating func take(_ event: JobEvent) {
        events.append(event)
        isChanged = true
        guard events.count >= 2 * Self.maximumEvents else { return }
        omitted += events.count - Self.maximumEvents
        events.removeFirst(events.count - Self.maximumEvents)
    }

    /// Whether a message is due.
    func isDue(_ now: ContinuousClock.Instant) -> Bool {
        guard !listeners.isEmpty else { return false }
        guard let toldAt else { return true }
        // A tick is not exact: one that comes a little early must not make the listeners wait for another.
        return !events.isEmpty || now - toldAt >= Self.heartbeat - LiveFeed.tick
    }

    /// Whether the counts are to be read again before the next message.
    func needsCounts(_ now: ContinuousClock.Instant) -> Bool {
        guard let counts else { return true }
        return isChanged || now - counts.at >= Self.countsLife
    }

    /// The events of the message that is sent now.
    mutating func tell(_ now: ContinuousClock.Instant) -> (events: [EventReport], omitted: Int) {
        let latest = events.suffix(Self.maximumEvents)
        let left = omitted + events.count - latest.count
        events = []
        omitted = 0
        toldAt = now
        return (latest.map(EventReport.init), left)
    }
}
