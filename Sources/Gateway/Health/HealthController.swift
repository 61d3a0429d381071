import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `GET /health` of an orchestrator: 200 while it can serve, 503 with the reason otherwise.
struct HealthController: Sendable {
    let operations: Operations
    let status: @Sendable () -> Worker.Status
    let features: DeploymentFeatures
    let timeout: Duration

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/health",
                .health,
                "Whether the server can serve, and the system's state",
                answers: [
                    .json(200, "It can serve.", HealthReport.shape, example: HealthReport.example),
                    .json(503, "It cannot, and why.", HealthReport.shape, example: HealthReport.unhealthyExample),
                ],
                handler: health
            )
        ]
    }

    @Sendable private func health(_ request: Request, context: GatewayContext) async throws -> Response {
        let status = status()
        var reason = status.isReady ? nil : status.reason ?? "not ready"
        var counts: HealthReport.Counts?
        do {
            counts = try await withTimeLimit(timeout) { try await read() }
        } catch let error as JobQueueError where error.code != .unreachable {
            reason = "Redis refuses to answer: \(error.message)"
        } catch is TimeLimitExceeded {
            reason = "Redis does not answer within \(timeout)"
        } catch {
            reason = "Redis cannot be reached"
        }
        let report = HealthReport(
            reason: reason,
            counts: counts,
            templatesLoaded: !operations.templates.operationTypes.isEmpty,
            configuration: HealthReport.Configuration(
                confidenceThreshold: features.confidenceThreshold,
                contextCompression: features.contextCompression,
                rewooPlanning: features.rewooPlanning
            )
        )
        return try Response(report, status: reason == nil ? .ok : .serviceUnavailable)
    }

    private func read() async throws -> HealthReport.Counts {
        async let durability = RedisDurability(of: operations.queue)
        async let active = operations.activeCount()
        async let escalations = operations.queue.openEscalationCount()
        var workers: [String: Int] = [:]
        var agents: [String: Int] = [:]
        for process in try await operations.queue.processes() where process.queue != Operations.orchestratorQueue {
            let kind = process.queue.rawValue
            if Operations.agentQueues.contains(process.queue) {
                agents[kind, default: 0] += 1
            } else {
                workers[kind, default: 0] += 1
            }
        }
        return HealthReport.Counts(
            activeOperations: try await active,
            escalationQueue: try await escalations,
            workers: workers,
            agents: agents,
            durability: try await durability
        )
    }
}
