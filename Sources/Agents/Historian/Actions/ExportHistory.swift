package import JobModel
import JobQueue

/// `historian.export`: entries exactly as they are hashed, one JSON document a line, the oldest first.
struct ExportHistory: Action {
    static let name = "export"
    static let summary = "Gives the entries of the history exactly as they are hashed, one JSON document a line."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var after: Int?
        var limit: Int?
        var format: String?
    }

    struct Result: Encodable, Sendable {
        var format = "jsonl"
        var content: String
        var entries: Int
        var nextCursor: Int?

        enum CodingKeys: String, CodingKey {
            case format, content, entries
            case nextCursor = "next_cursor"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("after", .integer("only entries behind this one", minimum: 0, default: 0)),
        .optional("limit", .integer("the most entries of one answer", minimum: 1, maximum: 1000, default: 500)),
        .optional("format", .string("how they are written", enum: ["jsonl"], default: "jsonl")),
    ])

    static let resultSchema = JSONSchema.object([
        .required("format", .string("how they are written", enum: ["jsonl"])),
        .required("content", .string("the entries, one a line")),
        .required("entries", .integer("how many there are in it", minimum: 0)),
        .optional("next_cursor", .integer("the `after` of the next answer; none after the last")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let history = try environment.history()
        return try await JobFailure.naming {
            let filter = HistoryFilter(cursor: parameters.after, limit: parameters.limit ?? 500)
            let page = try await history.oldest(filter)
            let lines = try page.entries.map { try HistoryLine.text($0) + "\n" }
            let result = Result(content: lines.joined(), entries: lines.count, nextCursor: page.next)
            return .measured(result, parts: [history.soundness(of: page.entries)])
        }
    }
}

/// An entry as a line of an export.
package enum HistoryLine {
    /// The entry as one line of JSON.
    package static func text(_ entry: HistoryEntry) throws -> String {
        String(decoding: try JSONCoding.encode(entry), as: UTF8.self)
    }

    /// The entry of a line.
    ///
    /// - Throws: ``JobFailure`` that says which line is none.
    package static func entry(_ line: String, number: Int) throws(JobFailure) -> HistoryEntry {
        do {
            return try JSONCoding.decode(HistoryEntry.self, from: line.utf8)
        } catch {
            throw JobFailure("invalid_export", "line \(number) is no entry of a history")
        }
    }
}
