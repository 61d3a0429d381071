import Hummingbird
import JobModel
import JobQueue
import Logging

/// `POST /operations` of a worker process: runs one action at once, without the queue.
///
/// Nothing is recorded: such a run has one attempt, and no person decides about its confidence.
struct DirectRunsController: Sendable {
    let catalog: ActionCatalog
    let maximumBodyBytes: Int

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self).post("/operations", use: run)
    }

    private struct Report: Encodable {
        let operationID: JobID
        let worker: QueueName
        let operation: String
        var status = "failed"
        @ExplicitNull var result: JSONValue?
        @ExplicitNull var confidence: Double?
        var confidenceParts: [ConfidencePart] = []
        @ExplicitNull var error: String?
        var executionTimeMilliseconds = 0.0

        enum CodingKeys: String, CodingKey {
            case worker, operation, status, result, confidence, error
            case operationID = "operation_id"
            case confidenceParts = "confidence_parts"
            case executionTimeMilliseconds = "execution_time_ms"
        }
    }

    /// The answer is 200 also where the action has failed: the error is in the body.
    @Sendable private func run(_ request: Request, context: GatewayContext) async throws -> Response {
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let name = reader.string("operation", required: true)
        let parameters = reader.object("parameters") ?? [:]
        let defects = reader.finish()
        guard let name, defects.isEmpty else { throw Problem.invalid(defects) }
        guard let action = catalog[name] else {
            let known = catalog.names.joined(separator: ", ")
            throw Problem(.unknownAction, "\(catalog.kind) has no action \(name); it has \(known)")
        }
        let id = catalog.newRunID()
        let job = JobContext(direct: id, queue: catalog.kind, action: name, logger: context.logger)
        let began = ContinuousClock.now
        var report = Report(operationID: id, worker: catalog.kind, operation: name)
        do {
            let outcome = try await action.run(on: .object(parameters), context: job)
            report.status = "completed"
            report.result = outcome.result
            report.confidence = outcome.confidence
            report.confidenceParts = outcome.parts
        } catch let invalid as InvalidParameters {
            let path = ["parameters", invalid.failure.field ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
            throw Problem.invalid(path, invalid.failure.message)
        } catch {
            job.logger.info("direct run failed", metadata: ["action": "\(name)", "error": "\(error)"])
            report.error = String(describing: error)
        }
        report.executionTimeMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        return try Response(report)
    }
}
