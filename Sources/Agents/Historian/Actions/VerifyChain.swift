import Logging
import JobModel
import JobQueue

/// `historian.verify_chain`: reads the whole chain and finds entries that were changed, removed, inserted or cut off.
struct VerifyChain: Action {
    static let name = "verify_chain"
    static let summary = "Reads the whole history and finds entries that were changed, removed, inserted or cut off."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var expect: [String]?
    }

    static let parameterSchema = JSONSchema.object([
        .optional(
            "expect",
            .array(of: .string("SEQUENCE:HASH"), "marks of checkpoints that were kept elsewhere", maxItems: 1000)
        )
    ])

    static let resultSchema = JSONSchema.object([
        .required("is_sound", .boolean("whether the chain is as it was written, as far as that can be told")),
        .required("entries", .integer("entries read", minimum: 0)),
        .required("sound", .integer("entries that are as they were written", minimum: 0)),
        .optional(
            "head",
            .object([
                .required("sequence", .integer("the last entry", minimum: 1)), .required("hash", .string("its hash")),
            ])
        ),
        .required("is_anchored", .boolean("whether Redis keeps where the chain ended")),
        .required("marks", .integer("hashes written down elsewhere that it was held against", minimum: 0)),
        .required(
            "findings",
            .array(
                of: .object([
                    .required("kind", .string("what is wrong", enum: ChainFinding.Kind.allCases.map(\.rawValue))),
                    .required("sequence", .integer("the first entry concerned", minimum: 0)),
                    .required("last_sequence", .integer("the last entry concerned", minimum: 0)),
                    .optional("event_id", .string("the event of the first")),
                    .optional("operation_id", .string("its operation")),
                    .required("message", .string("what it means")),
                ])
            )
        ),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<ChainReport> {
        let history = try environment.history()
        let marks = try (parameters.expect ?? []).enumerated().map { index, text in
            guard let mark = ChainMark(text) else {
                throw JobFailure.parameter("expect[\(index)]", "is SEQUENCE:HASH, as a checkpoint answers it")
            }
            return mark
        }
        return try await JobFailure.naming {
            let report = try await history.verify(expected: marks) { context.report(done: $0, unit: "entries") }
            if !report.isSound {
                context.logger.error(
                    "the history is not as it was written",
                    metadata: ["findings": "\(report.findings.count)", "entries": "\(report.entries)"]
                )
            }
            let last = report.head?.sequence ?? 0
            let read = ConfidencePart(
                "entries_read",
                last == 0 ? 1 : min(1, Double(report.entries) / Double(last)),
                basis: "\(report.entries) of \(last) entries were read, \(report.sound) are as they were written"
            )
            // Without an anchor, nothing tells whether the end is the end.
            let anchored = ConfidencePart(
                "end_known",
                report.isAnchored || report.entries == 0 ? 1 : 0.5,
                basis: report.isAnchored ? "Redis keeps where the chain ended" : "nothing tells where the chain ended"
            )
            return .measured(report, parts: [read, anchored])
        }
    }
}
