import Hummingbird
import JobModel
import JobQueue
import Logging
import Orchestrator

/// `POST /operations` of a worker process: runs one action at once, without the queue.
struct DirectRunsController: Sendable {
    let runs: DirectRun
    let maximumBodyBytes: Int

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/operations",
                .operations,
                "Run one action at once, without the queue",
                details: """
                    Nothing is recorded, there is one attempt, and no person decides about its confidence. The answer is \
                    200 also where the action has failed: the error is in the body.
                    """,
                body: Endpoint.Body(shape: requestShape, example: example),
                answers: [
                    .json(
                        200,
                        "What the action came to.",
                        Self.reportShape,
                        example: [
                            "operation_id": "fl-0k3v8g2m1cde", "worker": "florida_data", "operation": "download",
                            "status": "completed", "result": ["file": "NAL16P202501.csv"], "confidence": 1.0,
                            "confidence_parts": [], "error": nil, "execution_time_ms": 12.3,
                        ]
                    )
                ],
                problems: [.unknownAction],
                handler: run
            )
        ]
    }

    /// One alternative for each action, with its own parameters.
    private var requestShape: Shape {
        Shape(
            "DirectRunRequest",
            oneOf: runs.descriptions.map { action in
                let takesNothing = action.parameters.properties.allSatisfy { !$0.isRequired }
                var parameters = action.parameters
                if parameters.kinds.isEmpty { parameters = .document() }
                return .object(
                    [
                        .required("operation", .string(enum: [action.name])),
                        takesNothing ? .optional("parameters", parameters) : .required("parameters", parameters),
                    ],
                    action.summary.isEmpty ? nil : action.summary
                )
            }
        )
    }

    private var example: JSONValue {
        let first = runs.descriptions.first
        return [
            "operation": .string(first?.name ?? "download"),
            "parameters": first?.parameters.examples.first ?? .object([:]),
        ]
    }

    private static let reportShape = Shape(
        "DirectRun",
        .answer([
            .required("operation_id", .string("Such as `fl-0k3v8g2m1cde`.")),
            .required("worker", .string()),
            .required("operation", .string("The action.")),
            .required("status", .string(enum: ["completed", "failed"])),
            .nullable("result", .any("What the action answered.")),
            .nullable("confidence", .number(minimum: 0, maximum: 1)),
            .required("confidence_parts", OperationReport.confidenceParts),
            .nullable("error", .string()),
            .required("execution_time_ms", .number(minimum: 0)),
        ])
    )

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

    @Sendable private func run(_ request: Request, context: GatewayContext) async throws -> Response {
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let name = reader.string("operation", required: true)
        let parameters = JSONValue.object(reader.object("parameters") ?? [:])
        let defects = reader.finish()
        guard let name, defects.isEmpty else { throw Problem.invalid(defects) }
        guard let action = runs.descriptions.first(where: { $0.name == name }) else {
            let known = runs.names.joined(separator: ", ")
            throw Problem(.unknownAction, "\(runs.kind) has no action \(name); it has \(known)")
        }
        let wrong = action.parameters.defects(in: parameters, at: "parameters")
        if !wrong.isEmpty { throw Problem.invalid(wrong) }
        let id = newID()
        let began = ContinuousClock.now
        var report = Report(operationID: id, worker: runs.kind, operation: name)
        do {
            let outcome = try await runs.run(name, parameters: parameters, id: id)
            report.status = "completed"
            report.result = outcome.result
            report.confidence = outcome.confidence
            report.confidenceParts = outcome.parts
        } catch let failure as JobFailure where failure.code == "invalid_parameters" {
            let path = ["parameters", failure.field ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
            throw Problem.invalid(path, failure.message)
        } catch {
            context.logger.info("direct run failed", metadata: ["action": "\(name)", "error": "\(error)"])
            report.error = String(describing: error)
        }
        report.executionTimeMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        return try Response(report)
    }

    /// The first two letters of the kind, and 60 bits of chance in base 32.
    private func newID() -> JobID {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let chance = String((0..<12).map { _ in digits[Int.random(in: 0..<32)] })
        return JobID(trusted: "\(runs.kind.rawValue.prefix(2))-\(chance)")
    }
}
