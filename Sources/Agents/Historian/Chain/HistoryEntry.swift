package import JobModel

/// One entry of the history: what happened, and the hash that chains it to the entry before.
package struct HistoryEntry: Codable, Sendable, Hashable {
    /// What an entry is about.
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// An operation came into a state.
        case operation
        /// A step, or another job of an operation, came into a state.
        case step
        /// An escalation was opened, decided or changed.
        case decision
        /// Somebody had the state of the chain written down.
        case checkpoint
        /// The historian found something about the chain itself.
        case notice
    }

    /// Its place in the chain of its namespace, from 1 and without gaps.
    package var sequence: Int
    /// What it is known by: an event that is told twice has one entry.
    package var eventID: String
    /// What it is about.
    package var kind: Kind
    /// The operation, job, escalation or checkpoint.
    package var subject: String
    /// The operation that it belongs to; nil for none.
    package var operationID: String?
    /// What happened, such as `completed` or `approved`.
    package var event: String
    /// Who did it; empty for the system.
    package var actor: String
    /// When it happened by the clock of Redis, milliseconds since 1970.
    package var happenedMilliseconds: Int
    /// When it was written by the clock of PostgreSQL, milliseconds since 1970.
    package var recordedMilliseconds: Int
    /// More about it: JSON text, exactly as it was hashed.
    package var body: String
    /// The hash of the entry before; 64 zeros for the first.
    package var previousHash: String
    /// The hash of this entry, SHA-256 in hexadecimal.
    package var hash: String

    enum CodingKeys: String, CodingKey {
        case sequence, kind, subject, event, actor, body, hash
        case eventID = "event_id"
        case operationID = "operation_id"
        case happenedMilliseconds = "happened_ms"
        case recordedMilliseconds = "recorded_ms"
        case previousHash = "previous_hash"
    }

    /// What stands before the first entry.
    package static let beginning = String(repeating: "0", count: 64)
}

/// What is to become an entry: everything but its place in the chain.
package struct HistoryNote: Sendable, Hashable {
    /// What it is known by.
    package var eventID: String
    /// What it is about.
    package var kind: HistoryEntry.Kind
    /// The operation, job, escalation or checkpoint.
    package var subject: String
    /// The operation that it belongs to; nil for none.
    package var operationID: String?
    /// What happened.
    package var event: String
    /// Who did it; empty for the system.
    package var actor: String
    /// When it happened, milliseconds since 1970; nil for the moment of writing.
    package var happenedMilliseconds: Int?
    /// More about it.
    package var body: JSONValue

    /// Combines the parts.
    package init(
        eventID: String,
        kind: HistoryEntry.Kind,
        subject: String,
        operationID: String? = nil,
        event: String,
        actor: String = "",
        happenedMilliseconds: Int? = nil,
        body: JSONValue = [:]
    ) {
        self.eventID = eventID
        self.kind = kind
        self.subject = subject
        self.operationID = operationID
        self.event = event
        self.actor = actor
        self.happenedMilliseconds = happenedMilliseconds
        self.body = body
    }
}
