import RedisClient

extension JobQueue {
    /// Gives an escalation to a reviewer for a while; returns its new version.
    ///
    /// - Throws: `conflict` when another holds it or the version is not the current one, `notFound`.
    @discardableResult
    public func claimEscalation(
        _ id: String,
        version: Int,
        reviewer: String,
        lease: Duration = .seconds(900)
    ) async throws(JobQueueError) -> Int {
        try await review(
            id,
            "claim_escalation",
            [id, String(version), try Self.checked(reviewer: reviewer), String(max(1, lease.wholeMilliseconds))]
        ).version
    }

    /// Gives an escalation back to the others; returns its new version.
    @discardableResult
    public func releaseEscalation(
        _ id: String,
        version: Int,
        reviewer: String
    ) async throws(JobQueueError) -> Int {
        try await review(
            id,
            "claim_escalation",
            [id, String(version), try Self.checked(reviewer: reviewer), "0"]
        ).version
    }

    /// Names the reviewer who should decide, `nil` for nobody; returns the new version.
    ///
    /// It holds nobody off: only a claim does.
    /// - Throws: `conflict` when the version is not the current one or it is decided, `notFound`.
    @discardableResult
    public func assignEscalation(
        _ id: String,
        version: Int,
        to designee: String?,
        by reviewer: String
    ) async throws(JobQueueError) -> Int {
        var name = ""
        if let designee { name = try Self.checked(reviewer: designee, field: "assigned_to") }
        return try await review(
            id,
            "assign_escalation",
            [id, String(version), try Self.checked(reviewer: reviewer), name]
        ).version
    }

    /// The most remarks of an escalation.
    package static let mostComments = 50
    /// The longest remark, in bytes.
    package static let longestComment = 4000

    /// Adds a remark, also to an escalation that is decided; returns the version, which stays as it is.
    ///
    /// - Throws: `invalidDecision` for an empty text, one of more than 4,000 bytes or the fifty-first, `notFound`.
    @discardableResult
    public func commentEscalation(
        _ id: String,
        by reviewer: String,
        text: String
    ) async throws(JobQueueError) -> Int {
        guard (1...Self.longestComment).contains(text.utf8.count) else {
            throw JobQueueError(.invalidDecision, "1 to \(Self.longestComment) bytes", field: "text")
        }
        return try await review(
            id,
            "comment_escalation",
            [id, try Self.checked(reviewer: reviewer), text, String(Self.mostComments)]
        ).version
    }

    /// Sets by when and by which tier an escalation should be decided, and says why; returns the new version.
    ///
    /// `due` is server time in milliseconds since 1970; `nil` keeps what is.
    /// - Throws: `conflict` when the version is not the current one or it is decided, `notFound`.
    @discardableResult
    public func setEscalationDue(
        _ id: String,
        version: Int,
        due: Int?,
        tier: Int?,
        event: DueEvent,
        by reviewer: String
    ) async throws(JobQueueError) -> Int {
        if let due, !(0...9_999_999_999_999).contains(due) {
            throw JobQueueError(.invalidDecision, "milliseconds since 1970", field: "due")
        }
        if let tier, !(1...100).contains(tier) { throw JobQueueError(.invalidDecision, "from 1 to 100", field: "tier") }
        return try await review(
            id,
            "remind_escalation",
            [
                id, String(version), try Self.checked(reviewer: reviewer), event.rawValue,
                due.map(String.init) ?? "", tier.map(String.init) ?? "",
            ]
        ).version
    }

    static func checked(reviewer: String, field: String = "reviewer") throws(JobQueueError) -> String {
        guard (1...100).contains(reviewer.utf8.count), !reviewer.utf8.contains(where: { $0 < 32 }) else {
            throw JobQueueError(.invalidDecision, "1 to 100 bytes without control characters", field: field)
        }
        return reviewer
    }

    func review(
        _ id: String,
        _ function: String,
        _ arguments: [String]
    ) async throws(JobQueueError) -> (version: Int, detail: String) {
        guard let index = partitions.index(ofEscalation: id) else { throw Self.unknown(escalation: id) }
        return try Self.reviewed(id, try await partition(index).call(function, arguments))
    }

    static func unknown(escalation id: String) -> JobQueueError {
        JobQueueError(.notFound, "there is no escalation \(id)")
    }

    /// What a function about an escalation answered.
    static func reviewed(_ id: String, _ reply: RedisReply) throws(JobQueueError) -> (version: Int, detail: String) {
        let version = reply[1].integer ?? 0
        let detail = reply[2].string ?? ""
        switch reply[0].string {
        case "applied": return (version, detail)
        case "conflict":
            throw JobQueueError(.conflict, "the escalation is \(detail) at version \(version)", field: "version")
        case "claimed": throw JobQueueError(.conflict, "\(detail) holds the escalation", field: "reviewer")
        case "late": throw JobQueueError(.conflict, "the decision cannot be undone any more: \(detail)")
        case "invalid": throw JobQueueError(.invalidDecision, detail, field: "decision")
        default: throw unknown(escalation: id)
        }
    }
}
