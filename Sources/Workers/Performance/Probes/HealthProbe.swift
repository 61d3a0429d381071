import JobQueue

/// Looks at one component for real, and says what it measured.
protocol HealthProbe: Sendable {
    /// The component's name.
    var component: String { get }

    /// Looks; what cannot be reached is a finding, not an error.
    func look() async throws -> [HealthFinding]
}

extension HealthProbe {
    /// A finding of this component.
    func finding(
        _ subject: String,
        _ status: HealthStatus,
        _ message: String,
        value: Double? = nil,
        threshold: Double? = nil,
        unit: String? = nil,
        issue: IssueType = .resource
    ) -> HealthFinding {
        HealthFinding(
            component: component,
            subject: subject,
            status: status,
            message: message,
            value: value,
            threshold: threshold,
            unit: unit,
            issueType: issue
        )
    }

    /// The median of three calls, each timed; the first one may have had to connect.
    func latency(_ thresholds: HealthThresholds, _ call: () async throws -> Void) async throws -> HealthFinding {
        var milliseconds: [Double] = []
        for _ in 0..<3 {
            let began = ContinuousClock.now
            try await call()
            milliseconds.append(
                Double((ContinuousClock.now - began).components.attoseconds) / 1e15
                    + Double((ContinuousClock.now - began).components.seconds) * 1e3
            )
        }
        let median = RobustStatistics.median(milliseconds) ?? 0
        let status = HealthStatus(
            median,
            warning: thresholds.latencyWarningMilliseconds,
            critical: thresholds.latencyCriticalMilliseconds
        )
        return finding(
            "latency",
            status,
            "answers in \(Measured.text(median)) ms",
            value: median,
            threshold: thresholds.latencyWarningMilliseconds,
            unit: "ms",
            issue: .performance
        )
    }
}

/// Numbers as messages show them.
enum Measured {
    /// At most two decimals.
    static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return Int(exactly: rounded).map(String.init) ?? String(rounded)
    }

    /// A share as a percentage.
    static func percent(_ share: Double) -> String { text(share * 100) + " percent" }
}

/// From where on a measured value is a warning or worse.
struct HealthThresholds: Codable, Sendable, Equatable {
    var latencyWarningMilliseconds = 100.0
    var latencyCriticalMilliseconds = 1000.0
    var lagWarningSeconds = 60.0
    var lagCriticalSeconds = 600.0
    var diskWarningShare = 0.85
    var diskCriticalShare = 0.95
    var memoryWarningShare = 0.8
    var memoryCriticalShare = 0.95

    private enum CodingKeys: String, CodingKey {
        case latencyWarningMilliseconds = "latency_warning_ms"
        case latencyCriticalMilliseconds = "latency_critical_ms"
        case lagWarningSeconds = "lag_warning_seconds"
        case lagCriticalSeconds = "lag_critical_seconds"
        case diskWarningShare = "disk_warning_share"
        case diskCriticalShare = "disk_critical_share"
        case memoryWarningShare = "memory_warning_share"
        case memoryCriticalShare = "memory_critical_share"
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read(_ key: CodingKeys, _ value: inout Double) throws {
            value = try container.decodeIfPresent(Double.self, forKey: key) ?? value
        }
        try read(.latencyWarningMilliseconds, &latencyWarningMilliseconds)
        try read(.latencyCriticalMilliseconds, &latencyCriticalMilliseconds)
        try read(.lagWarningSeconds, &lagWarningSeconds)
        try read(.lagCriticalSeconds, &lagCriticalSeconds)
        try read(.diskWarningShare, &diskWarningShare)
        try read(.diskCriticalShare, &diskCriticalShare)
        try read(.memoryWarningShare, &memoryWarningShare)
        try read(.memoryCriticalShare, &memoryCriticalShare)
    }

    static let schema = JSONSchema.object(
        [
            .optional("latency_warning_ms", .number("a slow answer", minimum: 0, default: 100)),
            .optional("latency_critical_ms", .number("a very slow answer", minimum: 0, default: 1000)),
            .optional("lag_warning_seconds", .number("the oldest ready job's wait", minimum: 0, default: 60)),
            .optional("lag_critical_seconds", .number("the oldest ready job's long wait", minimum: 0, default: 600)),
            .optional("disk_warning_share", .number("used space", minimum: 0, maximum: 1, default: 0.85)),
            .optional("disk_critical_share", .number("used space", minimum: 0, maximum: 1, default: 0.95)),
            .optional("memory_warning_share", .number("Redis' memory limit", minimum: 0, maximum: 1, default: 0.8)),
            .optional("memory_critical_share", .number("Redis' memory limit", minimum: 0, maximum: 1, default: 0.95)),
        ],
        "from where on a measured value is a warning or worse"
    )
}
