import JobModel
import JobQueue
import Logging
import Orchestrator
import PostgresClient

/// `verification.verify`: looks again at what the completed steps of an operation claim.
///
/// Files are hashed again, rows counted again in files and tables, samples read again from the file's bytes, all by code
/// that the workers do not use. Each claim is verified, refuted, or could not be checked, with the reason.
struct VerifyOperation: Action {
    static let name = "verify"
    static let summary = "Looks again at what an operation's steps claim: hashes files, counts rows, compares samples."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var operationID: String
        var sampleRows: Int?

        private enum CodingKeys: String, CodingKey {
            case operationID = "operation_id"
            case sampleRows = "sample_rows"
        }
    }

    /// What was found of one step.
    struct StepVerdict: Encodable, Sendable {
        var step: String
        var worker: String
        var action: String
        var verified: Int
        var refuted: Int
        var unchecked: Int
    }

    struct Result: Encodable, Sendable {
        var operationID: String
        var operationType: String
        var operationStatus: String
        var verdict: VerificationVerdict
        var steps: [StepVerdict]
        /// What was looked at, the refuted first; the first 300.
        var claims: [Claim]

        enum CodingKeys: String, CodingKey {
            case verdict, steps, claims
            case operationID = "operation_id"
            case operationType = "operation_type"
            case operationStatus = "operation_status"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .required("operation_id", .string("the operation, op-…", minLength: 1)),
        .optional(
            "sample_rows",
            .integer("rows of each file that are compared with the table", minimum: 0, maximum: 1000, default: 20)
        ),
    ])

    static let resultSchema = JSONSchema.object([
        .required("operation_id", .string("the operation")), .required("operation_type", .string("its type")),
        .required("operation_status", .string("its state when it was looked at")),
        .required("verdict", .verdict),
        .required(
            "steps",
            .array(
                of: .object([
                    .required("step", .string("its evidence name")), .required("worker", .string()),
                    .required("action", .string()), .required("verified", .integer("claims that hold", minimum: 0)),
                    .required("refuted", .integer("claims that do not", minimum: 0)),
                    .required("unchecked", .integer("claims that could not be checked", minimum: 0)),
                ])
            )
        ),
        .required("claims", .array(of: Claim.schema, "what was looked at, the refuted first")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try await JobFailure.naming {
            let report = try await environment.report(parameters.operationID)
            let claims = try await claims(of: report, sampleRows: parameters.sampleRows ?? 20, context)
            let result = Self.result(report, claims)
            try await VerificationStore(environment)?.record(result, jobKey: context.idempotencyKey)
            context.logger.info(
                "operation verified",
                metadata: [
                    "operation.id": "\(report.operationId)", "status": "\(result.verdict.status.rawValue)",
                    "verified": "\(result.verdict.verified)", "refuted": "\(result.verdict.refuted)",
                    "unchecked": "\(result.verdict.unchecked)",
                ]
            )
            return .measured(result, parts: Self.parts(result.verdict))
        }
    }

    private func claims(
        of report: OperationReport,
        sampleRows: Int,
        _ context: JobContext
    ) async throws -> [Claim] {
        let files = FileChecker(workFolder: environment.workFolder)
        let checkers: [any ClaimChecker] = [
            files, RollChecker(files: files, postgres: environment.postgres, sampleRows: sampleRows),
            TableChecker(postgres: environment.postgres), RecordedChecker(postgres: environment.postgres),
        ]
        var claims: [Claim] = []
        let steps = report.result.results
        for (number, step) in steps.enumerated() {
            try Task.checkCancellation()
            context.report(done: number, total: steps.count, unit: "steps")
            guard step.status == "completed" else { continue }
            guard let result = step.result else {
                claims.append(.unchecked(step.name, "result", "its result is not on record any more"))
                continue
            }
            let finished = FinishedStep(
                name: step.name,
                worker: step.worker,
                action: step.action,
                job: "\(report.operationId):\(step.name)",
                result: result
            )
            var found: [Claim] = []
            for checker in checkers { found += try await checker.claims(of: finished) }
            if found.isEmpty { found = [.unchecked(step.name, "result", Self.reason(finished))] }
            claims += found
        }
        context.report(done: steps.count, total: steps.count, unit: "steps")
        return claims
    }

    /// Why nothing of a step was looked at.
    private static func reason(_ step: FinishedStep) -> String {
        let momentary: Set = [
            "florida_data.monitor", "performance.monitor_health", "performance.analyze_performance",
            "performance.check_data_parity", "performance.track_completion", "sunbiz.monitor_status",
            "sunbiz.generate_dashboard_metrics", "ai_ml.handle_chat_query", "data_quality.discover_fields",
        ]
        return momentary.contains("\(step.worker).\(step.action)")
            ? "it tells what was measured at a moment, and left nothing to count again"
            : "nothing that this agent can count again: no file, no rows of its own"
    }

    private static func result(_ report: OperationReport, _ claims: [Claim]) -> Result {
        func count(_ verdict: Claim.Verdict, _ step: String? = nil) -> Int {
            claims.count { $0.verdict == verdict && (step == nil || $0.step == step) }
        }
        let reason = count(.verified) + count(.refuted) == 0 ? "no claim could be checked" : nil
        let verdict = VerificationVerdict(
            verified: count(.verified),
            refuted: count(.refuted),
            unchecked: count(.unchecked),
            refutedClaims: claims.filter { $0.verdict == .refuted }.map(\.line),
            reason: claims.isEmpty ? "no step has completed" : reason
        )
        let steps = report.result.results.filter { step in claims.contains { $0.step == step.name } }.map { step in
            StepVerdict(
                step: step.name,
                worker: step.worker,
                action: step.action,
                verified: count(.verified, step.name),
                refuted: count(.refuted, step.name),
                unchecked: count(.unchecked, step.name)
            )
        }
        let ordered = claims.filter { $0.verdict == .refuted } + claims.filter { $0.verdict != .refuted }
        return Result(
            operationID: report.operationId,
            operationType: report.operationType,
            operationStatus: report.status,
            verdict: verdict,
            steps: steps,
            claims: Array(ordered.prefix(300))
        )
    }

    private static func parts(_ verdict: VerificationVerdict) -> [ConfidencePart] {
        let checked = verdict.verified + verdict.refuted
        let all = checked + verdict.unchecked
        return [
            ConfidencePart(
                "claims_checked",
                all == 0 ? 0 : Double(checked) / Double(all),
                basis: "\(checked) of \(all) claims could be checked"
            ),
            ConfidencePart(
                "claims_hold",
                checked == 0 ? 0 : Double(verdict.verified) / Double(checked),
                basis: "\(verdict.verified) of \(checked) checked claims hold"
            ),
        ]
    }
}

extension JSONSchema {
    /// A verdict on an operation.
    static let verdict = JSONSchema.object([
        .required("status", .string("what it comes to", enum: VerificationVerdict.Status.allCases.map(\.rawValue))),
        .optional("confidence", .number("the share of the checked claims that hold", minimum: 0, maximum: 1)),
        .required("verified", .integer("claims that hold", minimum: 0)),
        .required("refuted", .integer("claims that do not", minimum: 0)),
        .required("unchecked", .integer("claims that could not be checked", minimum: 0)),
        .required("refuted_claims", .array(of: .string(), "those that do not hold, the first twenty")),
        .optional("reason", .string("why nothing was checked")),
    ])
}
