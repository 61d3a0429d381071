import JobModel

/// What can be wrong with the data or the deployment; each has a remedy in `execute_self_healing`.
enum IssueType: String, Codable, Sendable, CaseIterable {
    case corruption, missing, duplicate, performance, validation
    case referential, staleness, schema, connection, resource
}

/// How bad a finding is.
enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    case info, warning, critical

    static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

/// Something that a probe or a detector found, with the numbers that it rests on; steps hand it to each other.
struct Issue: Codable, Sendable, Hashable {
    /// What kind of thing is wrong.
    var type: IssueType
    /// How bad it is.
    var severity: Severity
    /// What it concerns: a component, an action, or a roll such as `NAL 16 2025P`.
    var subject: String
    /// Who found it.
    var detector: String
    /// What was found, for a person.
    var message: String
    /// The numbers.
    var evidence: [String: Double] = [:]

    static let schema = JSONSchema.object(
        [
            .required("type", .string("what kind of thing is wrong", enum: IssueType.allCases.map(\.rawValue))),
            .required("severity", .string("how bad it is", enum: Severity.allCases.map(\.rawValue))),
            .required("subject", .string("a component, an action, or a roll such as NAL 16 2025P", maxLength: 200)),
            .required("detector", .string("who found it", maxLength: 100)),
            .required("message", .string("what was found", maxLength: 1000)),
            .optional("evidence", .map(of: .number(), "the numbers that it rests on")),
        ],
        "something that is wrong, with its evidence"
    )

    static let list = JSONSchema.array(of: schema, "what is wrong, the worst first")

    /// The worst first, then by subject.
    static func sorted(_ issues: [Issue]) -> [Issue] {
        issues.sorted {
            if $0.severity != $1.severity { return $0.severity > $1.severity }
            return ($0.type.rawValue, $0.subject, $0.detector) < ($1.type.rawValue, $1.subject, $1.detector)
        }
    }
}
