import JobModel
import JobQueue

/// What a webhook tells of one change of an escalation.
struct WebhookMessage: Encodable {
    /// What it is about.
    struct Content: Encodable {
        var escalationID: String
        var version: Int
        var event: String
        var operationID: String?
        var step: String?
        var jobID: String
        var worker: String?
        var action: String?
        var reason: ReviewReason?
        var tier: Int?
        var tierName: String?
        var dueAt: String?
        var details: Details?

        enum CodingKeys: String, CodingKey {
            case version, event, step, worker, action, reason, tier, details
            case escalationID = "escalation_id"
            case operationID = "operation_id"
            case jobID = "job_id"
            case tierName = "tier_name"
            case dueAt = "due_at"
        }
    }

    /// What is told only where the deployment wants it told, since it is about people.
    struct Details: Encodable {
        var by: String?
        var assignedTo: String?
        var comment: String?

        enum CodingKeys: String, CodingKey {
            case by, comment
            case assignedTo = "assigned_to"
        }
    }

    /// `escalation.opened`, `escalation.reminded`, `escalation.handed_on` or `escalation.decided`.
    var type: String
    /// When it happened, server time.
    var timestamp: String
    /// What it is about.
    var data: Content

    /// The type of message that an event is told as; `nil` for one that is not told.
    static func type(of event: String) -> String? {
        switch event {
        case "opened", "reminded", "handed_on": "escalation.\(event)"
        case "approved", "rejected", "overridden", "retried": "escalation.decided"
        default: nil
        }
    }
}
