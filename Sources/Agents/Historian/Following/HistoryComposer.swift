import JobModel
import JobQueue
import Orchestrator

/// Turns the events of an operation's timeline into what the history says of them.
///
/// Payloads can hold personal data, which a record that is never erased must not collect: requests, parameters and results
/// are kept as their size and SHA-256, files as name, size and SHA-256. What people wrote when they decided is kept.
struct HistoryComposer: Sendable {
    let operations: Operations

    /// Composes the notes of events of one operation, in their order.
    func notes(of id: JobID, _ events: [JobEvent]) async throws -> [HistoryNote] {
        guard let record = try await operations.record(id) else {
            return events.filter { Self.isWorthKeeping($0, of: id) }.map { note($0, of: id, [:]) }
        }
        let kept = events.filter { Self.isWorthKeeping($0, of: id) }
        let steps = Dictionary(
            zip(record.stepJobs, record.plan?.steps ?? []).map { ($0.0.rawValue, $0.1) }
        ) { first, _ in first }
        let ended = Set(kept.filter { Self.outcomes.contains($0.state) }.map(\.subject))
        let ids = ended.sorted().compactMap { $0.hasPrefix("esc-") ? nil : JobID(rawValue: $0) }
        let jobs = Dictionary(
            zip(ids, try await operations.queue.jobs(ids)).compactMap { id, job in job.map { (id.rawValue, $0) } }
        ) { first, _ in first }
        let newest = events.last { $0.subject == id.rawValue && $0.state != "settled" }?.id
        var notes: [HistoryNote] = []
        for event in kept {
            let body: JSONValue
            if event.subject == id.rawValue {
                body = try await about(record, event, isNewest: event.id == newest)
            } else if event.subject.hasPrefix("esc-") {
                body = try await aboutEscalation(event)
            } else {
                body = try Self.about(steps[event.subject], jobs[event.subject], event)
            }
            notes.append(note(event, of: id, body))
        }
        return notes
    }

    private static let outcomes: Set<String> = ["completed", "dead", "cancelled", "escalated", "scheduled"]

    /// Waiting and readiness follow from the plan; the orchestrators' own jobs are told by what they do.
    private static func isWorthKeeping(_ event: JobEvent, of id: JobID) -> Bool {
        if event.subject == id.rawValue { return event.state != "settled" }
        if event.subject.hasPrefix("esc-") { return true }
        guard event.state != "waiting", event.state != "ready" else { return false }
        return !isOwnJob(event.subject, of: id.rawValue)
    }

    /// Whether a subject is a job by which the orchestrators do their own work, and no step.
    static func isOwnJob(_ subject: String, of operation: String) -> Bool {
        guard subject.hasPrefix("\(operation):") else { return false }
        let name = subject.dropFirst(operation.count + 1)
        let own = ["deadline-", "concluded-", "verify-", "retry-"]
        return name == "plan" || name == "settled" || own.contains { name.hasPrefix($0) }
    }

    private func note(_ event: JobEvent, of id: JobID, _ body: JSONValue) -> HistoryNote {
        let isEscalation = event.subject.hasPrefix("esc-")
        return HistoryNote(
            eventID: "\(id)/\(event.id)",
            kind: event.subject == id.rawValue ? .operation : (isEscalation ? .decision : .step),
            subject: event.subject,
            operationID: id.rawValue,
            event: event.state,
            // An escalation's event says who did it.
            actor: isEscalation && !["opened", "expired"].contains(event.state) ? event.detail : "",
            happenedMilliseconds: event.atMilliseconds,
            body: body
        )
    }

    private func about(_ record: OperationRecord, _ event: JobEvent, isNewest: Bool) async throws -> JSONValue {
        var body: [String: JSONValue] = ["operation_type": .string(record.request.operationType)]
        switch event.state {
        case OperationState.planning.rawValue:
            let request = try JSONCoding.encode(record.request)
            body["request"] = Self.digest(request)
            body["priority"] = .integer(record.request.priority)
            if case .object(let parameters) = record.request.parameters {
                body["parameters"] = .array(parameters.keys.sorted().map(JSONValue.string))
            }
        case OperationState.executing.rawValue:
            if let plan = record.plan {
                body["template"] = .string(plan.template)
                body["template_version"] = .integer(plan.version)
                body["plan_sha256"] = .string(record.planHash ?? "")
                body["steps"] = .integer(plan.steps.count)
            }
        case OperationState.completed.rawValue, OperationState.failed.rawValue, OperationState.cancelled.rawValue:
            // A record that is read later than its event may be of a later run.
            guard isNewest, record.state.rawValue == event.state else { break }
            if let report = try await operations.report(record.id) {
                body["confidence"] = .number(report.confidenceScore)
                body["steps_successful"] = .integer(report.result.stepsSuccessful)
                body["steps_failed"] = .integer(report.result.stepsFailed)
                if let verification = report.verification {
                    body["verification"] = .string(verification.status.rawValue)
                }
            }
            if let error = record.error { body["error"] = .string(error) }
        default: break
        }
        return .object(body)
    }

    private static func about(_ step: Plan.Step?, _ job: JobSnapshot?, _ event: JobEvent) throws -> JSONValue {
        var body: [String: JSONValue] = [:]
        if let step {
            body["step"] = .string(step.name)
            body["worker"] = .string(step.worker)
            body["action"] = .string(step.action)
            if !step.branch.isEmpty { body["branch"] = .string(step.branch) }
        }
        guard let job, outcomes.contains(event.state) else { return .object(body) }
        body["worker"] = .string(job.queue.rawValue)
        body["action"] = .string(job.action)
        body["attempts"] = .integer(job.attempts)
        body["deliveries"] = .integer(job.deliveries)
        if let cause = job.cause { body["cause"] = .string(cause) }
        if let failure = job.errors.last?.failure, event.state != "completed" {
            body["error"] = .string(failure.description)
        }
        // A job that is read later than its event may have moved on.
        guard job.state.rawValue == event.state else { return .object(body) }
        if let began = job.beganMilliseconds, let ended = job.endedMilliseconds {
            body["run_ms"] = .integer(max(0, ended - began))
        }
        if let confidence = job.confidence { body["confidence"] = .number(confidence) }
        if let parts = job.parts { body["confidence_parts"] = try JSONValue(parsing: parts) }
        if let result = job.result {
            body["result"] = digest(result)
            let files = ClaimedFile.all(in: try JSONValue(parsing: result))
            if !files.isEmpty {
                body["files"] = .array(
                    files.map { file in
                        [
                            "name": .string(file.name), "sha256": .string(file.sha256),
                            "bytes": file.bytes.map(JSONValue.integer) ?? .null,
                        ]
                    }
                )
            }
        }
        return .object(body)
    }

    private func aboutEscalation(_ event: JobEvent) async throws -> JSONValue {
        guard let escalation = try await operations.queue.escalation(event.subject) else { return [:] }
        var body: [String: JSONValue] = [
            "job": .string(escalation.job.rawValue), "worker": .string(escalation.queue.rawValue),
            "action": .string(escalation.action), "reason": .string(escalation.reason.rawValue),
            "confidence": .number(escalation.confidence), "threshold": .number(escalation.threshold),
        ]
        guard ["approved", "rejected", "overridden", "retried"].contains(event.state) else { return .object(body) }
        if escalation.resolution == event.state {
            if let comment = escalation.comment { body["comment"] = .string(comment) }
            if let value = escalation.value { body["value"] = Self.digest(value) }
        }
        return .object(body)
    }

    private static func digest(_ bytes: some Collection<UInt8>) -> JSONValue {
        ["bytes": .integer(bytes.count), "sha256": .string(Hexadecimal.sha256(bytes))]
    }
}
