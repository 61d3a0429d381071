import JobModel
import NIOCore

/// What a listener of `/ws` receives.
struct LiveMessage: Encodable {
    /// The operation, where the listener asked for one.
    let operationID: String?
    /// That operation's state.
    let status: String?
    let activeOperations: Int
    let escalations: Int
    let timestamp: Timestamp
    let events: [EventReport]
    /// Events of this tick that were left out because there were too many; absent for none.
    let eventsOmitted: Int?

    enum CodingKeys: String, CodingKey {
        case status, escalations, timestamp, events
        case operationID = "operation_id"
        case activeOperations = "active_operations"
        case eventsOmitted = "events_omitted"
    }

    init(_ scope: LiveScope, _ counts: LiveCounts, at timestamp: Timestamp, events: [EventReport], omitted: Int) {
        if case .operation(let id) = scope { operationID = id.rawValue } else { operationID = nil }
        status = counts.status
        activeOperations = counts.activeOperations
        escalations = counts.escalations
        self.timestamp = timestamp
        self.events = events
        eventsOmitted = omitted == 0 ? nil : omitted
    }

    /// The text of a message, ready to be sent to any number of listeners.
    var encoded: ByteBuffer {
        get throws { ByteBuffer(bytes: try JSONCoding.encode(self)) }
    }
}

/// What is counted within a scope.
struct LiveCounts: Hashable, Sendable {
    /// Operations that have not ended.
    var activeOperations: Int
    /// Escalations that wait for a person.
    var escalations: Int
    /// The state of the operation, where the scope is one.
    var status: String?
}
