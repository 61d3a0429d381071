import Foundation
import JobQueue
import Logging

/// `performance.monitor_health`: looks at Redis, PostgreSQL, the streams, the workers, the disk and the API.
///
/// Each probe makes real calls and says what it measured against which threshold. What is not configured is `unknown`,
/// never `ok`. The latencies and waits are kept in table `metric_points`, from which anomalies are found.
struct MonitorHealth: Action {
    static let name = "monitor_health"
    static let summary = "Look at Redis, PostgreSQL, streams, workers, disk and API by real calls."
    let environment: WorkerEnvironment

    static let components = ["redis", "postgres", "streams", "workers", "disk", "api"]

    struct Parameters: Decodable, Sendable {
        /// What to look at; everything by default.
        var components: [String]?
        /// From where on a measured value is a warning or worse.
        var thresholds: HealthThresholds?
    }

    struct Component: Encodable, Sendable {
        var component: String
        /// The worst of its findings.
        var status: HealthStatus
        var findings: Int
    }

    struct Result: Encodable, Sendable {
        /// The worst of all.
        var status: HealthStatus
        var components: [Component]
        var findings: [HealthFinding]
        var issues: [Issue]
        var checkedAt: Date

        private enum CodingKeys: String, CodingKey {
            case status, components, findings, issues
            case checkedAt = "checked_at"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("components", .array(of: .string(enum: components), "what to look at; everything by default")),
        .optional("thresholds", HealthThresholds.schema),
    ])

    static let resultSchema = JSONSchema.object([
        .required("status", .string("the worst of all", enum: HealthStatus.allCases.map(\.rawValue))),
        .required(
            "components",
            .array(
                of: .object([
                    .required("component", .string(enum: components)),
                    .required("status", .string(enum: HealthStatus.allCases.map(\.rawValue))),
                    .required("findings", .integer("how many things were looked at", minimum: 0)),
                ])
            )
        ),
        .required("findings", .array(of: HealthFinding.schema, "what was measured")),
        .required("issues", Issue.list),
        .required("checked_at", .string("when", format: "date-time")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let wanted = parameters.components ?? Self.components
        for name in wanted where !Self.components.contains(name) {
            throw JobFailure(
                "unknown_component",
                "known components are \(Self.components.joined(separator: ", "))",
                field: "components"
            )
        }
        let thresholds = parameters.thresholds ?? HealthThresholds()
        let now = Date()
        let looks = try await look(at: wanted, thresholds)
        let findings = looks.flatMap(\.findings)
        try await keep(findings, at: now, context)
        let components = looks.map { look in
            Component(
                component: look.component,
                status: look.findings.map(\.status).max() ?? .unknown,
                findings: look.findings.count
            )
        }
        let result = Result(
            status: components.map(\.status).max() ?? .unknown,
            components: components,
            findings: findings,
            issues: Issue.sorted(findings.compactMap(\.issue)),
            checkedAt: now
        )
        let measured = components.count { $0.status != .unknown }
        let share = Double(measured) / Double(max(1, components.count))
        let part = ConfidencePart(
            "components_measured",
            share,
            basis: "\(measured) of \(components.count) components could be looked at"
        )
        return .measured(result, parts: [part])
    }

    private struct Look: Sendable {
        var component: String
        var findings: [HealthFinding]
    }

    /// All probes at once: a component that hangs delays the answer by its own time limit only.
    private func look(at names: [String], _ thresholds: HealthThresholds) async throws -> [Look] {
        let looks = try await withThrowingTaskGroup(of: Look.self) { group in
            for name in Set(names) {
                let probe = probe(name, thresholds)
                group.addTask {
                    let findings = try await probe?.look() ?? []
                    return Look(component: name, findings: findings)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return looks.map { look in
            guard look.findings.isEmpty else { return look }
            let message = "not configured, so that nobody can say how it is"
            let unknown = HealthFinding(component: look.component, subject: "all", status: .unknown, message: message)
            return Look(component: look.component, findings: [unknown])
        }
        .sorted {
            (Self.components.firstIndex(of: $0.component) ?? 0) < (Self.components.firstIndex(of: $1.component) ?? 0)
        }
    }

    private func probe(_ name: String, _ thresholds: HealthThresholds) -> (any HealthProbe)? {
        switch name {
        case "redis": environment.queue.map { RedisProbe(queue: $0, thresholds: thresholds) }
        case "postgres": environment.postgres.map { PostgresProbe(client: $0, thresholds: thresholds) }
        case "streams": environment.queue.map { StreamsProbe(queue: $0, thresholds: thresholds) }
        case "workers": environment.queue.map { WorkersProbe(queue: $0) }
        case "disk": DiskProbe(folder: environment.workFolder, thresholds: thresholds)
        case "api" where !environment.apiURL.isEmpty: APIProbe(address: environment.apiURL, thresholds: thresholds)
        default: nil
        }
    }

    /// Keeps what was measured; a database that is down is a finding already, and must not hide the others.
    private func keep(_ findings: [HealthFinding], at now: Date, _ context: JobContext) async throws {
        guard let client = environment.postgres,
            !findings.contains(where: { $0.component == "postgres" && $0.subject == "connection" })
        else { return }
        let points = findings.compactMap { finding in
            finding.value.map {
                MetricPoint(metric: "health:\(finding.component)", subject: finding.subject, at: now, value: $0)
            }
        }
        do {
            try await MetricStore(client: client).record(points, key: context.idempotencyKey)
        } catch {
            try Task.checkCancellation()
            context.logger.warning("the measurements were not kept", metadata: ["error": "\(error)"])
        }
    }
}
