/// One transition, as the events stream tells it.
public struct JobEvent: Hashable, Sendable, Codable {
    /// Its place in the stream, `MILLISECONDS-SEQUENCE.POSITION`; later events of a partition have larger places.
    public var id: String
    /// What changed: a job, a flow, an operation, an escalation, a queue, or a schedule as `schedule:NAME`.
    public var subject: String
    /// Its new state, such as `running` or `completed`.
    public var state: String
    /// More about it, such as the queue; empty for none.
    public var detail: String
    /// Server time, milliseconds since 1970.
    public var atMilliseconds: Int
}
