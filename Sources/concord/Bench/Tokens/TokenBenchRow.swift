import JobModel
import LanguageModel
import Orchestrator

/// One operation type's line of `concord bench tokens`.
struct TokenBenchRow: Codable {
    /// How one result was compressed.
    struct Evidence: Codable {
        var name: String
        var level: String
        var tokens: Int
        var fullTokens: Int

        enum CodingKeys: String, CodingKey {
            case name, level, tokens
            case fullTokens = "full_tokens"
        }
    }

    var operationType: String
    /// Steps that ran.
    var steps: Int
    /// Why steps did not run, or how they failed; their error is then the evidence.
    var notes: [String] = []
    /// Calls of the loop.
    var calls = 0
    var loopPretty = 0
    var loopCompact = 0
    var rawPretty = 0
    var rawCompact = 0
    /// Of ``compressed``, the planner's call with its reply.
    var planner = 0
    /// With a plan that a model makes, as for a custom goal.
    var compressed = 0
    /// With the type's own template, which costs no call: how the engine runs it.
    var fromTemplate = 0
    /// How far ``fromTemplate`` is below the loop, 0 to 1.
    var belowPretty = 0.0
    var belowCompact = 0.0
    var evidence: [Evidence] = []

    enum CodingKeys: String, CodingKey {
        case steps, notes, calls, planner, compressed, evidence
        case fromTemplate = "compressed_from_template"
        case operationType = "operation_type"
        case loopPretty = "loop_pretty_json"
        case loopCompact = "loop_compact_json"
        case rawPretty = "raw_pretty_json"
        case rawCompact = "raw_compact_json"
        case belowPretty = "below_loop_pretty"
        case belowCompact = "below_loop_compact"
    }

    /// The line of an operation of which no step can run here.
    init(operationType: String, notes: [String]) {
        self.operationType = operationType
        self.notes = notes
        steps = 0
    }

    /// The line of a run.
    init(operationType: String, notes: [String], _ comparison: PromptComparison) {
        self.operationType = operationType
        self.notes = notes
        steps = comparison.calls - 1
        calls = comparison.calls
        loopPretty = comparison.loop[.pretty] ?? 0
        loopCompact = comparison.loop[.compact] ?? 0
        rawPretty = comparison.raw[.pretty] ?? 0
        rawCompact = comparison.raw[.compact] ?? 0
        planner = comparison.planner
        compressed = comparison.compressed
        fromTemplate = compressed - planner
        belowPretty = 1 - Double(fromTemplate) / Double(max(1, loopPretty))
        belowCompact = 1 - Double(fromTemplate) / Double(max(1, loopCompact))
        evidence = comparison.evidence.map {
            Evidence(name: $0.name, level: $0.level.rawValue, tokens: $0.tokens.tokens, fullTokens: $0.fullTokens)
        }
    }

    /// The cells of the table.
    func cells(target: Double, budget: Int) -> [String] {
        guard steps > 0 else { return [operationType, "-"] }
        let levels = Dictionary(grouping: evidence, by: \.level)
            .sorted { $0.key < $1.key }
            .map { "\($0.value.count) \($0.key)" }
        let isMet = compressed < budget && belowPretty >= target
        return [
            operationType, String(steps), String(loopPretty), String(loopCompact), String(rawPretty),
            String(rawCompact), String(compressed), String(fromTemplate), Self.percent(belowPretty),
            Self.percent(belowCompact),
            isMet ? "met" : "missed", levels.joined(separator: ", "),
        ]
    }

    static let heading = [
        "operation", "steps", "loop pretty", "loop compact", "raw pretty", "raw compact", "compressed", "by template",
        "below pretty", "below compact", "targets", "evidence",
    ]

    /// A share as a percentage with one decimal place.
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)%"
    }
}
