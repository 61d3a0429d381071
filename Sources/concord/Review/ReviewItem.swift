import Gateway
import JobModel
import JobQueue
import Orchestrator

/// What the page shows of one escalation: read once, and again when it has changed.
struct ReviewItem: Sendable, Hashable {
    /// A part of the page that scrolls, with its heading.
    struct Section: Sendable, Hashable {
        var heading: String
        var lines: [String]
    }

    /// The escalation as it is recorded.
    var escalation: EscalationSnapshot
    /// The operation's type; `nil` for a job of its own.
    var operationType: String?
    /// What was measured, one line a part.
    var parts: [String]
    /// The result; `nil` where there is none.
    var result: JSONValue?
    /// The scrolling parts.
    var sections: [Section]

    /// Combines the parts.
    init(
        _ escalation: EscalationSnapshot,
        operationType: String? = nil,
        parts: [String] = [],
        result: JSONValue? = nil,
        sections: [Section] = []
    ) {
        self.escalation = escalation
        self.operationType = operationType
        self.parts = parts
        self.result = result
        self.sections = sections
    }

    /// Reads everything that a reviewer decides by.
    init(_ escalation: EscalationSnapshot, from operations: Operations) async throws {
        let detail = try await EscalationDetail(escalation, from: operations)
        let record = try await Self.record(escalation, operations)
        let measured = try detail.job?.parts.map { try JSONCoding.decode([ConfidencePart].self, from: $0) } ?? []
        let result = try detail.job?.result.map { try JSONValue(parsing: $0) }
        self.init(
            escalation,
            operationType: record?.request.operationType,
            parts: measured.map { "\($0.name) \(StateStyle.number($0.value)) (\($0.basis))" },
            result: result,
            sections: try Self.sections(detail, escalation, result)
        )
    }

    private static func record(
        _ escalation: EscalationSnapshot,
        _ operations: Operations
    ) async throws -> OperationRecord? {
        guard let flow = escalation.flow else { return nil }
        return try await operations.record(flow)
    }

    private static func sections(
        _ detail: EscalationDetail,
        _ escalation: EscalationSnapshot,
        _ result: JSONValue?
    ) throws -> [Section] {
        var sections: [Section] = []
        func add(_ heading: String, _ lines: [String]) {
            if !lines.isEmpty { sections.append(Section(heading: heading, lines: lines)) }
        }
        add(
            "approval releases",
            detail.releases.map {
                "\($0.step ?? $0.jobID.rawValue) \($0.queue).\($0.action)" + ($0.ready ? "" : ", with others")
            }
        )
        add("failed attempts", detail.job?.errors.map { "\($0.attempt): \($0.failure)" } ?? [])
        add(
            "remarks",
            escalation.comments.map { "\(Moment.text(milliseconds: $0.atMilliseconds)) \($0.by): \($0.text)" }
        )
        add("result", result.map { JSONView($0).lines } ?? ["there is none: override, retry or reject"])
        for evidence in detail.evidence {
            let name = evidence.step ?? evidence.jobID.rawValue
            let confidence = evidence.confidence.map { ", confidence \(StateStyle.number($0))" } ?? ""
            add(
                "evidence \(name): \(evidence.queue).\(evidence.action), \(evidence.state.rawValue)\(confidence)",
                evidence.result.map { JSONView($0).lines } ?? ["no result"]
            )
        }
        if let job = detail.job { add("parameters", JSONView(try JSONValue(parsing: job.input)).lines) }
        add(
            "history",
            escalation.history.map { entry in
                "\(Moment.text(milliseconds: entry.atMilliseconds)) \(entry.event)\(entry.by.isEmpty ? "" : " by \(entry.by)")"
            }
        )
        return sections
    }
}
