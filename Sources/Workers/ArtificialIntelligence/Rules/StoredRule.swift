import JobQueue
import PropertyData

/// A rule that changes how later runs work.
struct StoredRule: Sendable, Hashable {
    /// What a rule can be about.
    enum Kind: String, Codable, Sendable, CaseIterable {
        /// From which score on a detector alarms.
        case detectorThreshold = "detector_threshold"
        /// Parcels of a certain kind get a certain use code.
        case useCodeOverride = "use_code_override"
        /// How sure a model must be before its code is assigned.
        case useCodePolicy = "use_code_policy"
    }

    /// What it says.
    enum Body: Sendable, Hashable {
        case detectorThreshold(SeriesDetector, Double)
        case useCodeOverride(UseCodeOverride)
        case useCodePolicy(minimumConfidence: Double)
    }

    var id: String
    var version: Int
    var body: Body
}

/// Parcels of which a field has a certain value get a certain use code.
struct UseCodeOverride: Sendable, Hashable, Codable {
    /// A field of the NAL, such as `PA_UC`.
    var field: String
    /// Its value.
    var equals: String
    /// Only in this county, by the Department's number; everywhere where it is not given.
    var countyNumber: Int?
    /// The code.
    var code: String

    private enum CodingKeys: String, CodingKey {
        case field, equals, code
        case countyNumber = "co_no"
    }
}

/// A rule as a job gives it.
struct GivenRule: Codable, Sendable, Hashable {
    var ruleID: String
    var kind: String
    var body: JSONValue

    private enum CodingKeys: String, CodingKey {
        case kind, body
        case ruleID = "rule_id"
    }

    static let schema = JSONSchema.object([
        .required("rule_id", .string("its name: letters, digits, dots and underscores", minLength: 1, maxLength: 100)),
        .required("kind", .string(enum: StoredRule.Kind.allCases.map(\.rawValue))),
        .required("body", .any("what it says, by its kind: see docs/workers.md")),
    ])
}

extension StoredRule.Kind {
    /// What a body of this kind must look like.
    var schema: JSONSchema {
        switch self {
        case .detectorThreshold:
            .object([
                .required("detector", .string(enum: SeriesDetector.allCases.map(\.rawValue))),
                .required("threshold", .number("the score", minimum: 0.1, maximum: 1000)),
            ])
        case .useCodeOverride:
            .object([
                .required("field", .string("a field of the NAL", minLength: 1)),
                .required("equals", .string("its value", maxLength: 200)),
                .optional("co_no", .integer("the Department's number of a county", minimum: 11, maximum: 77)),
                .required("code", .string("a use code, 000 to 099", minLength: 3, maxLength: 3)),
            ])
        case .useCodePolicy:
            .object([.required("minimum_confidence", .number(minimum: 0, maximum: 1))])
        }
    }
}

extension StoredRule.Body {
    /// Reads a body; says by field what is wrong with it.
    init(_ kind: StoredRule.Kind, _ document: JSONValue, at path: String) throws(JobFailure) {
        if let defect = kind.schema.defects(in: document, at: path).first {
            throw JobFailure("invalid_rule", defect.message, field: defect.field)
        }
        switch kind {
        case .detectorThreshold:
            guard let detector = document["detector"]?.string.flatMap(SeriesDetector.init(rawValue:)),
                let threshold = document["threshold"]?.double
            else { throw JobFailure("invalid_rule", "names no detector and threshold", field: path) }
            self = .detectorThreshold(detector, threshold)
        case .useCodePolicy:
            guard let confidence = document["minimum_confidence"]?.double else {
                throw JobFailure("invalid_rule", "names no confidence", field: path)
            }
            self = .useCodePolicy(minimumConfidence: confidence)
        case .useCodeOverride:
            guard let rule = try? document.decode(UseCodeOverride.self), UseCode.find(rule.code) != nil else {
                throw JobFailure("invalid_rule", "the Department has no such use code", field: "\(path).code")
            }
            guard FileLayout.of(.nal).index(of: rule.field) != nil else {
                throw JobFailure("invalid_rule", "the NAL has no such field", field: "\(path).field")
            }
            self = .useCodeOverride(rule)
        }
    }
}
