import JobModel
import LanguageModel

/// Answers a question from the evidence of a plan's steps: one call at the end, over evidence compressed into what the budget
/// has left, and one more to repair an answer of the wrong form.
struct Solver: Sendable {
    /// The result of a step.
    struct StepResult: Sendable {
        var step: Plan.Step
        var result: JSONValue
        /// Where the whole of it can be read.
        var origin: String
    }

    /// The fewest tokens that an answer needs, and the most that it gets.
    static let replyTokens = 60...600

    let question: String
    let results: [StepResult]
    let guidance: String?

    /// Asks; an answer that fails its gate has doubts, and one that never came has them too.
    ///
    /// - Throws: what storing the ledger throws; `CancellationError`.
    func solve(_ model: inout MeteredModel) async throws -> AnswerRecord {
        guard !results.isEmpty else { return AnswerRecord(doubts: ["no step has left evidence"]) }
        var handles = EvidenceHandles()
        let evidence = try compress(model, request([]), &handles)
        var request = request(evidence)
        var answer = AnswerRecord()
        answer.evidence = evidence.map {
            .init(
                name: $0.name,
                level: $0.level,
                tokens: $0.tokens.tokens,
                fullTokens: $0.fullTokens,
                countedBy: $0.tokens.countedBy
            )
        }
        for purpose in ["solve", "repair answer"] {
            let reply: ChatReply
            do {
                reply = try await model.ask(purpose, request, reply: Self.replyTokens)
            } catch let error as LanguageModelError {
                answer.doubts = ["the language model gave no answer: \(error.description)"]
                return answer
            }
            guard reply.defects.isEmpty, let document = reply.document, let text = document["answer"]?.string else {
                let defects = reply.defects.map(\.description).joined(separator: "; ")
                answer.doubts = ["the answer is not of the form: \(defects)"]
                request.messages += [
                    ChatMessage(.assistant, String(reply.content.prefix(2000))),
                    ChatMessage(.user, "That is not of the form: \(defects). Answer again in the form."),
                ]
                continue
            }
            answer.text = handles.restoring(prose: text)
            if case .array(let names)? = document["evidence"] { answer.cites = names.compactMap(\.string) }
            answer.doubts = doubts(about: answer, evidence)
            return answer
        }
        return answer
    }

    private func compress(
        _ model: MeteredModel,
        _ request: ChatRequest,
        _ handles: inout EvidenceHandles
    ) throws -> [CompressedEvidence] {
        let bare = model.ledger.expected(try model.count(request))
        let perThousand = model.ledger.expected(TokenCount(1000, countedBy: model.counter.source))
        let left = model.ledger.remaining - bare - Self.replyTokens.upperBound - 12 * results.count
        let pieces = results.map {
            EvidenceCompressor.Evidence(name: $0.step.name, document: $0.result, origin: $0.origin)
        }
        return EvidenceCompressor(counter: model.counter)
            .compress(pieces, budget: max(0, left) * 1000 / max(1000, perThousand), handles: &handles)
    }

    /// The prompt over evidence.
    func request(_ evidence: [CompressedEvidence]) -> ChatRequest {
        let system = """
            You answer a question from the results of data operations, and from nothing else. Give the numbers exactly as \
            they stand there; do not calculate new ones. Where the results do not say, say so. In "evidence", name the results \
            that the answer rests on. Tables: an empty cell is a missing value; "codes" and "prefixes" above the \
            rows say what cells stand for; @1 and the like stand for long identifiers.
            """
        var parts = ["Question: \(question)"]
        if let guidance { parts.append("A reviewer says: \(guidance)") }
        for (result, piece) in zip(results, evidence) {
            parts.append("\(piece.name), the result of \(result.step.worker).\(result.step.action):\n\(piece.text)")
        }
        let names = results.map(\.step.name)
        let schema = JSONSchema.object([
            .required("answer", .string(minLength: 1, maxLength: 4000)),
            .required("evidence", .array(of: .string(enum: names), minItems: 1)),
        ])
        return ChatRequest(
            messages: [ChatMessage(.system, system), ChatMessage(.user, parts.joined(separator: "\n\n"))],
            schema: schema,
            maximumReplyTokens: Self.replyTokens.upperBound,
            seed: 1
        )
    }

    /// What speaks against an answer.
    private func doubts(about answer: AnswerRecord, _ evidence: [CompressedEvidence]) -> [String] {
        let cited = Set(answer.cites)
        let gate = AnswerGate(
            documents: results.filter { cited.contains($0.step.name) }.map(\.result),
            texts: evidence.filter { cited.contains($0.name) && !$0.level.isLossless }.map(\.text) + [question]
        )
        let strangers = gate.strangers(in: answer.text ?? "")
        guard !strangers.isEmpty else { return [] }
        let list = strangers.prefix(5).joined(separator: ", ")
        return ["the answer has numbers that the evidence it names does not: \(list)"]
    }
}
