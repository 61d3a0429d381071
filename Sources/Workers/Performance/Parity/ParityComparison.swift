import JobQueue
import PropertyData

/// How one roll's live rows compare with where they came from.
struct ParityComparison: Encodable, Sendable {
    /// What the live rows were held against.
    enum Source: String, Codable, Sendable, CaseIterable {
        /// The counts that the load recorded.
        case recorded
        /// The file itself, read again.
        case file
        /// Rows that are staged and not merged.
        case staged
    }

    enum Status: String, Encodable, Sendable, CaseIterable {
        case equal, different
        /// It could not be compared; the message says why.
        case notComparable = "not_comparable"
    }

    var roll: String
    var source: Source
    var status: Status
    /// `counts`, `exact` (every key) or `sample`.
    var method: String
    var message: String
    var sourceRows: Int?
    var liveRows: Int?
    var matched: Int?
    var mismatched: Int?
    var missingLive: Int?
    var missingSource: Int?
    /// Rows of the file that the load refused, which are rightly not live.
    var refusedAtLoad: Int?
    /// Where the share of differing keys lies, at 95 percent; for a sample.
    var interval: ShareInterval?
    var isSample: Bool

    private enum CodingKeys: String, CodingKey {
        case roll, source, status, method, message, matched, mismatched, interval
        case sourceRows = "source_rows"
        case liveRows = "live_rows"
        case missingLive = "missing_live"
        case missingSource = "missing_source"
        case refusedAtLoad = "refused_at_load"
        case isSample = "is_sample"
    }

    static let schema = JSONSchema.object([
        .required("roll", .string("dataset, county number, year and edition, such as NAL 16 2025P")),
        .required("source", .string("what it was held against", enum: Source.allCases.map(\.rawValue))),
        .required("status", .string(enum: Status.allCases.map(\.rawValue))),
        .required("method", .string(enum: ["counts", "exact", "sample"])),
        .required("message", .string("what was found, for a person")),
        .optional("source_rows", .integer(minimum: 0)),
        .optional("live_rows", .integer(minimum: 0)),
        .optional("matched", .integer("keys with the same content", minimum: 0)),
        .optional("mismatched", .integer("keys with other content", minimum: 0)),
        .optional("missing_live", .integer("keys that are not live", minimum: 0)),
        .optional("missing_source", .integer("live keys that the source lacks", minimum: 0)),
        .optional("refused_at_load", .integer("rows that the load refused", minimum: 0)),
        .optional(
            "interval",
            .object(
                [
                    .required("low", .number(minimum: 0, maximum: 1)),
                    .required("high", .number(minimum: 0, maximum: 1)),
                ],
                "the share of differing keys, at 95 percent"
            )
        ),
        .required("is_sample", .boolean("whether the rows are synthetic")),
    ])

    /// The difference as an issue; nil where there is none.
    var issue: Issue? {
        guard status == .different else { return nil }
        let counts = [
            "source_rows": sourceRows, "live_rows": liveRows, "mismatched": mismatched, "missing_live": missingLive,
            "missing_source": missingSource,
        ]
        return Issue(
            type: .corruption,
            severity: .critical,
            subject: roll,
            detector: "check_data_parity",
            message: message,
            evidence: counts.compactMapValues { $0.map(Double.init) }
        )
    }
}
