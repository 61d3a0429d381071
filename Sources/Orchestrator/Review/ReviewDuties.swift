package import AsyncHTTPClient
import JobModel
import JobQueue
import Logging

/// What an orchestrator does for the review beside moving operations: due times, the audit log, webhooks.
package struct ReviewDuties: Sendable {
    /// The door to the reviews.
    package let reviews: Reviews
    let webhooks: (configuration: WebhookConfiguration, client: HTTPClient)?
    let interval: Duration

    /// Combines the parts; `interval` is how often overdue escalations are looked for.
    package init(
        reviews: Reviews,
        webhooks: (configuration: WebhookConfiguration, client: HTTPClient)? = nil,
        interval: Duration = .seconds(2)
    ) {
        self.reviews = reviews
        self.webhooks = webhooks
        self.interval = interval
    }

    /// The actions that the orchestrator runs for the review.
    var actions: [any Action] {
        webhooks.map { [DeliverWebhook(configuration: $0.configuration, client: $0.client)] } ?? []
    }

    func watch(logger: Logger) -> OverdueWatch {
        OverdueWatch(reviews: reviews, logger: logger, interval: interval)
    }

    /// Sets the due time of a new escalation: before anyone is told to look at it, since it makes a new version.
    func prepare(_ notice: EscalationNotice, logger: Logger) async throws {
        guard ["opened", "undone"].contains(notice.event),
            let escalation = try await reviews.operations.queue.escalation(notice.escalation)
        else { return }
        try await watch(logger: logger).setDue(escalation)
    }

    /// Tells whoever has to hear of a change.
    ///
    /// The log comes last: while PostgreSQL is away it throws, the notice stays in the stream, and everything before has
    /// been done and is not done again.
    func tell(_ notice: EscalationNotice) async throws {
        guard reviews.audit != nil || webhooks != nil else { return }
        let facts = try await EscalationFacts(notice, from: reviews.operations)
        if let webhooks {
            try await WebhookAnnouncer(
                operations: reviews.operations,
                configuration: webhooks.configuration,
                policy: reviews.policy
            ).announce(notice, facts)
        }
        try await reviews.audit?.record(notice, facts)
    }
}
