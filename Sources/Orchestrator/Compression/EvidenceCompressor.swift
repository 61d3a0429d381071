package import JobModel
package import LanguageModel

/// Brings evidence into a token budget, one step down the ladder at a time.
///
/// Tokens are counted, never guessed from characters: compaction takes away the letters and keeps the digits, and a count by
/// characters would overstate what it saves by a third.
package struct EvidenceCompressor: Sendable {
    /// One piece of evidence before it is compressed.
    package struct Evidence: Sendable {
        /// Its name, such as `E2`.
        package var name: String
        /// The document.
        package var document: JSONValue
        /// Where the whole of it can be read, for the last step of the ladder.
        package var origin: String

        package init(name: String, document: JSONValue, origin: String) {
            self.name = name
            self.document = document
            self.origin = origin
        }
    }

    private let counter: TokenCounter

    package init(counter: TokenCounter) { self.counter = counter }

    /// Compresses one piece of evidence until it fits, or to the last step.
    package func compress(
        _ evidence: Evidence,
        budget: Int,
        handles: inout EvidenceHandles
    ) -> CompressedEvidence {
        var ladder = Ladder(evidence, handles.replacing(in: evidence.document), counter)
        while ladder.current.tokens.tokens > budget, let next = ladder.below { ladder.step(to: next) }
        return ladder.current
    }

    /// Compresses several pieces into one budget: what saves most by its next step takes it first, lossless steps before others.
    ///
    /// The handles grow by the identifiers of the evidence.
    ///
    /// - Returns: one for each piece, in their order. Where even the last steps do not fit, they exceed the budget together.
    package func compress(
        _ evidence: [Evidence],
        budget: Int,
        handles: inout EvidenceHandles
    ) -> [CompressedEvidence] {
        var ladders: [Ladder] = []
        for piece in evidence { ladders.append(Ladder(piece, handles.replacing(in: piece.document), counter)) }
        var total = ladders.reduce(0) { $0 + $1.current.tokens.tokens }
        while total > budget {
            var best: (ladder: Int, step: CompressedEvidence, saving: Int)?
            for place in ladders.indices {
                guard let below = ladders[place].below else { continue }
                let saving = ladders[place].current.tokens.tokens - below.tokens.tokens
                // A lossless step goes before any that loses something.
                let rank = (below.level.isLossless ? 1 : 0, saving)
                let known = best.map { ($0.step.level.isLossless ? 1 : 0, $0.saving) } ?? (-1, -1)
                if rank > known { best = (place, below, saving) }
            }
            guard let best else { break }
            ladders[best.ladder].step(to: best.step)
            total -= best.saving
        }
        return ladders.map(\.current)
    }

    /// Every form of a document, from the whole of it down, each shorter than the one before.
    package func ladder(of evidence: Evidence) -> [CompressedEvidence] {
        var handles = EvidenceHandles()
        var ladder = Ladder(evidence, handles.replacing(in: evidence.document), counter)
        var forms = [ladder.current]
        while let below = ladder.below {
            forms.append(below)
            ladder.step(to: below)
        }
        return forms
    }

    /// The tokens of a document as pretty JSON, to compare with.
    package func prettyTokens(of document: JSONValue) -> Int { counter.count(JSONText.pretty(document)) }

    /// Restores the document of a lossless level.
    ///
    /// - Throws: ``ColumnarError`` for a text that is none of it; `JobFailure` for a level that loses something.
    package static func restore(_ evidence: CompressedEvidence, handles: EvidenceHandles) throws -> JSONValue {
        switch evidence.level {
        case .full: return handles.restoring(try JSONValue(parsing: evidence.text))
        case .columnar: return handles.restoring(try ColumnarText.decode(evidence.text))
        case .grouped, .aggregate, .reference:
            throw JobFailure("not_lossless", "the level \(evidence.level.rawValue) does not keep the whole document")
        }
    }
}

extension EvidenceCompressor {
    /// The forms of one piece of evidence, each made when it is asked for.
    private struct Ladder {
        private let evidence: Evidence
        private let document: JSONValue
        private let counter: TokenCounter
        /// What the next step would be; `nil` behind the last.
        private(set) var below: CompressedEvidence?
        private(set) var current: CompressedEvidence
        private var rung = 0

        init(_ evidence: Evidence, _ document: JSONValue, _ counter: TokenCounter) {
            self.evidence = evidence
            self.document = document
            self.counter = counter
            let text = JSONText.encode(document)
            let tokens = counter.labelled(text)
            current = CompressedEvidence(
                name: evidence.name,
                text: text,
                level: .full,
                tokens: tokens,
                fullTokens: tokens.tokens
            )
            look()
        }

        mutating func step(to next: CompressedEvidence) {
            current = next
            look()
        }

        /// Finds the next form that is shorter than the one in use.
        private mutating func look() {
            below = nil
            while rung < Self.rungs.count {
                let (level, make) = Self.rungs[rung]
                rung += 1
                guard let text = make(document, evidence, current.fullTokens) else { continue }
                let tokens = counter.labelled(text)
                guard tokens.tokens < current.tokens.tokens else { continue }
                below = CompressedEvidence(
                    name: evidence.name,
                    text: text,
                    level: level,
                    tokens: tokens,
                    fullTokens: current.fullTokens
                )
                return
            }
        }

        private typealias Rung = @Sendable (JSONValue, Evidence, _ fullTokens: Int) -> String?

        private static let rungs: [(CompressionLevel, Rung)] = [
            (.columnar, { document, _, _ in ColumnarText.encode(document) }),
            (.grouped, { document, _, _ in GroupedSummary.encode(document) }),
            (.aggregate, { document, _, _ in AggregateSummary.encode(document, examples: 3) }),
            (.aggregate, { document, _, _ in AggregateSummary.encode(document, examples: 1) }),
            (.aggregate, { document, _, _ in AggregateSummary.encode(document, examples: 0) }),
            (.reference, { document, evidence, tokens in reference(document, evidence, tokens) }),
        ]

        private static func reference(_ document: JSONValue, _ evidence: Evidence, _ tokens: Int) -> String {
            let what: String
            switch document {
            case .object(let members):
                let names = members.keys.sorted()
                let rest = names.count > 12 ? " and \(names.count - 12) more" : ""
                what = "an object of \(names.prefix(12).joined(separator: ", "))\(rest)"
            case .array(let elements): what = "a list of \(elements.count)"
            case .string: what = "a text"
            case .null, .bool, .integer, .number: what = "a value"
            }
            return "(\(what), \(tokens) tokens, too long to show; kept at \(evidence.origin))"
        }
    }
}
