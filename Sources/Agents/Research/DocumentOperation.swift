#if canImport(FoundationEssentials)
import Orchestrator
import FoundationEssentials
#else
import Foundation
#endif
import JobModel
import JobQueue

/// `research_documenter.report`: writes the report of an operation as Markdown or HTML.
///
/// Running it again writes it anew from what is on record then.
struct DocumentOperation: Action {
    static let name = "report"
    static let summary =
        "Writes the report of an operation: what was asked, done, decided, how sure it is and on what it rests."
    let environment: AgentEnvironment

    /// The form of a report.
    enum Format: String, Encodable, Sendable, CaseIterable {
        case markdown, html
    }

    struct Parameters: Decodable, Sendable {
        var operationID: String
        var format: String?

        private enum CodingKeys: String, CodingKey {
            case format
            case operationID = "operation_id"
        }
    }

    struct Result: Encodable, Sendable {
        var operationID: String
        var format: Format
        var title: String
        var content: String
        /// SHA-256 of the content.
        var sha256: String

        enum CodingKeys: String, CodingKey {
            case format, title, content, sha256
            case operationID = "operation_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .required("operation_id", .string("the operation, op-…", minLength: 1)),
        .optional(
            "format",
            .string("how it is written", enum: Format.allCases.map(\.rawValue), default: Format.markdown.rawValue)
        ),
    ])

    static let resultSchema = JSONSchema.object([
        .required("operation_id", .string("the operation")),
        .required("format", .string("how it is written", enum: Format.allCases.map(\.rawValue))),
        .required("title", .string("its title")), .required("content", .string("the report")),
        .required("sha256", .string("SHA-256 of the content")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        guard let format = Format(rawValue: parameters.format ?? Format.markdown.rawValue) else {
            throw JobFailure.parameter("format", "is one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return try await JobFailure.naming {
            let dossier = try await Dossier(parameters.operationID, environment)
            let now = Int((environment.now().timeIntervalSince1970 * 1000).rounded())
            let report = ReportComposer(dossier: dossier, nowMilliseconds: now).report
            let content = format == .html ? HTMLReport.text(report) : MarkdownReport.text(report)
            let result = Result(
                operationID: dossier.report.operationId,
                format: format,
                title: report.title,
                content: content,
                sha256: Hexadecimal.sha256(content.utf8)
            )
            return .measured(result, parts: Self.parts(dossier))
        }
    }

    /// What the confidence rests on: a report can only be as complete as the record.
    private static func parts(_ dossier: Dossier) -> [ConfidencePart] {
        let steps = dossier.report.result.results
        let known = steps.count {
            $0.result != nil || $0.error != nil || $0.status == "pending" || $0.status == "waiting"
        }
        return [
            ConfidencePart(
                "steps_on_record",
                steps.isEmpty ? 1 : Double(known) / Double(steps.count),
                basis: "\(known) of \(steps.count) steps have a result or an error on record"
            )
        ]
    }
}
