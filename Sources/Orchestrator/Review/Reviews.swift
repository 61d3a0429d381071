package import JobModel
package import JobQueue

/// The one door through which decisions reach the queue, from the command line, the terminal page and HTTP alike, and
/// what was decided is read.
package struct Reviews: Sendable {
    /// The operations that the escalations belong to.
    package let operations: Operations
    /// The audit log; `nil` where no PostgreSQL is configured.
    package let audit: AuditLog?
    /// What happens to escalations that nobody decides in time.
    package let policy: ReviewPolicy

    private var queue: JobQueue { operations.queue }

    /// Combines the parts.
    package init(operations: Operations, audit: AuditLog? = nil, policy: ReviewPolicy = ReviewPolicy()) {
        self.operations = operations
        self.audit = audit
        self.policy = policy
    }

    /// Applies a decision of a person, once.
    ///
    /// An override's value is held against the schema of the action's result, a retry's parameters against the schema
    /// of its parameters, before anything changes.
    /// - Throws: ``RequestError`` that names the wrong fields, as `value.rows_valid`; ``JobQueueError`` `conflict` when
    ///   it was decided before, another holds it or the version is not the current one, `invalidDecision`, `notFound`.
    @discardableResult
    package func decide(
        _ id: String,
        _ decision: Decision,
        version: Int,
        reviewer: String,
        comment: String? = nil
    ) async throws -> (version: Int, state: JobState) {
        guard reviewer != ReviewPolicy.reviewer else {
            throw JobQueueError(.invalidDecision, "\(reviewer) is the name of the policy itself", field: "reviewer")
        }
        guard let escalation = try await queue.escalation(id) else {
            throw JobQueueError(.notFound, "there is no escalation \(id)")
        }
        let defects = try await defects(of: decision, on: escalation)
        guard defects.isEmpty else { throw RequestError(isMalformedJSON: false, defects: defects) }
        return try await queue.decide(id, decision, version: version, reviewer: reviewer, comment: comment)
    }

    /// What the escalation's action says of its parameters and results; `nil` where nobody has described it.
    package func description(of escalation: EscalationSnapshot) async throws -> ActionDescription? {
        try await operations.actions()[escalation.queue.rawValue, escalation.action]
    }

    /// What is wrong with a value that is to take the place of the result.
    package func defects(
        in value: JSONValue,
        overriding escalation: EscalationSnapshot
    ) async throws -> [FieldDefect] {
        try await defects(of: .override(value), on: escalation)
    }

    private func defects(of decision: Decision, on escalation: EscalationSnapshot) async throws -> [FieldDefect] {
        switch decision {
        case .approve, .reject: return []
        case .override(let value):
            return try await description(of: escalation)?.result.defects(in: value, at: "value") ?? []
        case .retry(nil, _): return []
        case .retry(let changed?, _):
            guard case .object(let changes) = changed else {
                return [FieldDefect("parameters", "must be an object")]
            }
            guard let description = try await description(of: escalation) else { return [] }
            var merged = changes
            if let input = try await queue.job(escalation.job)?.input,
                case .object(let present) = try JSONValue(parsing: input)
            {
                merged = present.merging(changes) { _, new in new }
            }
            // What the plan refers to is resolved when the step runs.
            return description.parameters.defects(in: .object(merged), at: "parameters", references: true)
        }
    }

    /// Everything that happened to an escalation, oldest first, as the audit log has it.
    ///
    /// - Throws: ``OrchestratorError`` `notConfigured` where there is no log.
    package func history(of id: String) async throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        var filter = AuditFilter(escalation: id, limit: 1000)
        repeat {
            let page = try await audit(filter)
            entries += page.entries
            filter.cursor = page.next
        } while filter.cursor != nil
        return entries.reversed()
    }

    /// Entries of the audit log, newest first, and the cursor of the next page.
    ///
    /// - Throws: ``OrchestratorError`` `notConfigured` where there is no log.
    package func audit(_ filter: AuditFilter) async throws -> (entries: [AuditEntry], next: Int?) {
        guard let audit else {
            throw OrchestratorError(.notConfigured, "there is no audit log, since no PostgreSQL is configured")
        }
        return try await audit.entries(filter)
    }
}
