import Foundation
import JobModel
import Logging
import Testing

@testable import LanguageModel

/// Runs against a real server where OPENAI_BASE_URL names one; scripts/language-model starts a small one.
@Suite("A real language model", .timeLimit(.minutes(10)))
struct RealModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isThere = !(environment["OPENAI_BASE_URL"] ?? "").isEmpty

    @Test("answers in the keyed form, and its tokens are counted by its own count", .enabled(if: isThere))
    func keyed() async throws {
        let configuration = LanguageModelConfiguration(
            baseURL: Self.environment["OPENAI_BASE_URL"] ?? "",
            apiKey: Self.environment["OPENAI_API_KEY"] ?? "",
            model: Self.environment["OPENAI_MODEL"] ?? "gpt-4o-mini"
        )
        let client = try LanguageModelClient(configuration: configuration, logger: Logger(label: "real-model"))
        var model = MeteredModel(
            client: client,
            counter: .estimating,
            ledger: TokenLedger(budget: 4000),
            record: { _ in }
        )
        let operation = JSONSchema.string(enum: ["data.download", "data.validate", "data.upload"])
        let later = JSONSchema.object([
            .required("op", operation), .required("depends_on", .array(of: .string(enum: ["E1"]), maxItems: 1)),
        ])
        let request = ChatRequest(
            messages: [
                ChatMessage(.system, "You plan data operations as a JSON object of the steps E1 and E2."),
                ChatMessage(.user, "Goal: download a file and validate it."),
            ],
            schema: .object([.required("E1", .object([.required("op", operation)])), .required("E2", later)]),
            maximumReplyTokens: 200,
            seed: 1
        )
        let reply = try await model.ask("plan", request, reply: 100...200)
        // A small model plans badly; what is proven is that the form holds, and that the ledger has the server's count.
        #expect(reply.defects.isEmpty, "\(reply.form.rawValue): \(reply.content)")
        #expect(model.ledger.countedBy == .apiUsage)
        #expect(model.ledger.usage > 50)
    }
}
