import JobModel
import JobQueue

/// What the API tells of one transition.
struct EventReport: Encodable {
    let id: String
    let at: Timestamp
    /// What changed: an operation, a job, an escalation or a queue.
    let subject: String
    @ExplicitNull var operationID: String?
    /// The step's name in the operation's plan.
    @ExplicitNull var step: String?
    /// The new state.
    let state: String
    let detail: String

    enum CodingKeys: String, CodingKey {
        case id, at, subject, step, state, detail
        case operationID = "operation_id"
    }

    init(_ event: JobEvent) {
        id = event.id
        at = Timestamp(event.atMilliseconds)
        subject = event.subject
        operationID = event.operation?.rawValue
        step = event.step
        state = event.state
        detail = event.detail
    }
}
