import JobModel
import JobQueue

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Turns changes of escalations into deliveries: one job an address, enqueued once however often the change is heard of.
struct WebhookAnnouncer: Sendable {
    let operations: Operations
    let configuration: WebhookConfiguration
    let policy: ReviewPolicy

    /// Enqueues the deliveries of a change; nothing for one that is not told.
    ///
    /// The id of a job follows from the change and the address, and its record outlives what a notice can be late by.
    func announce(_ notice: EscalationNotice, _ facts: EscalationFacts) async throws {
        guard let type = WebhookMessage.type(of: notice.event), !configuration.endpoints.isEmpty else { return }
        let namespace = operations.queue.configuration.namespace
        let change = "\(namespace) \(notice.escalation) \(notice.entry)"
        let body = String(decoding: try JSONCoding.encode(message(type, notice, facts)), as: UTF8.self)
        let jobs = try configuration.endpoints.keys.sorted().map { endpoint in
            let parameters = DeliverWebhook.Parameters(
                endpoint: endpoint,
                messageID: "msg_\(WebhookConfiguration.hash(change))",
                body: body
            )
            return NewJob(
                queue: Operations.orchestratorQueue,
                action: DeliverWebhook.name,
                input: Array(try JSONCoding.encode(parameters)),
                policy: delivery,
                id: JobID(trusted: "webhook-\(WebhookConfiguration.hash("\(change) \(endpoint)"))")
            )
        }
        _ = try await operations.queue.enqueue(jobs)
    }

    /// Deliveries give way to operations, and are never judged by confidence.
    private var delivery: JobPolicy {
        JobPolicy(
            lane: .low,
            confidenceThreshold: 0,
            retention: Operations.retention,
            maximumAttempts: configuration.maximumAttempts,
            maximumDeliveries: 100,
            backoff: configuration.backoff
        )
    }

    private func message(_ type: String, _ notice: EscalationNotice, _ facts: EscalationFacts) -> WebhookMessage {
        let snapshot = facts.snapshot
        var content = WebhookMessage.Content(
            escalationID: notice.escalation,
            version: notice.version,
            event: notice.event,
            operationID: facts.operationID,
            step: facts.step,
            jobID: notice.job.rawValue,
            worker: snapshot?.queue.rawValue,
            action: snapshot?.action,
            reason: snapshot?.reason,
            tier: snapshot?.tier,
            tierName: snapshot.flatMap { policy[$0.reason].tierName($0.tier) },
            dueAt: snapshot?.dueMilliseconds.map(Self.time)
        )
        if configuration.includesDetails {
            content.details = WebhookMessage.Details(
                by: notice.by.isEmpty ? nil : notice.by,
                assignedTo: snapshot?.designee,
                comment: (try? JSONValue(parsing: notice.detail))?["comment"]?.string
            )
        }
        return WebhookMessage(type: type, timestamp: Self.time(notice.atMilliseconds), data: content)
    }

    private static func time(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
