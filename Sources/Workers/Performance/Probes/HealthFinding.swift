import JobModel

/// How a component is.
enum HealthStatus: String, Codable, Sendable, CaseIterable, Comparable {
    case ok, unknown, warning, critical

    static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }

    /// Where a measured value stands between the two limits above which it is bad.
    init(_ value: Double, warning: Double, critical: Double) {
        self = value >= critical ? .critical : (value >= warning ? .warning : .ok)
    }
}

/// One thing that a probe looked at.
struct HealthFinding: Encodable, Sendable, Hashable {
    /// The component, such as `redis`.
    var component: String
    /// What of it, such as `latency` or a queue's name.
    var subject: String
    var status: HealthStatus
    /// What was found, for a person.
    var message: String
    /// The measured value; nil where there is none.
    var value: Double?
    /// From where on it is a warning.
    var threshold: Double?
    /// The unit of both.
    var unit: String?
    /// What kind of issue it is where it is not as it should be.
    var issueType: IssueType = .resource

    private enum CodingKeys: String, CodingKey {
        case component, subject, status, message, value, threshold, unit
    }

    static let schema = JSONSchema.object([
        .required("component", .string("redis, postgres, streams, workers, disk or api")),
        .required("subject", .string("what of it")),
        .required("status", .string(enum: HealthStatus.allCases.map(\.rawValue))),
        .required("message", .string("what was found, for a person")),
        .optional("value", .number("the measured value")),
        .optional("threshold", .number("from where on it is a warning")),
        .optional("unit", .string("the unit of both")),
    ])

    /// The finding as an issue; nil where nothing is wrong.
    var issue: Issue? {
        guard status >= .warning else { return nil }
        return Issue(
            type: issueType,
            severity: status == .critical ? .critical : .warning,
            subject: "\(component) \(subject)",
            detector: "monitor_health",
            message: message,
            evidence: [("value", value), ("threshold", threshold)].reduce(into: [:]) { $0[$1.0] = $1.1 }
        )
    }
}
