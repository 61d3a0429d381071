import Logging
import Synchronization
import TestSupport
import Testing

@testable import LanguageModel

@Suite("The metered model", .timeLimit(.minutes(2)))
struct MeteredModelTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private static let request = ChatRequest(messages: [ChatMessage(.user, "How many?")], maximumReplyTokens: 1)

    private func model(
        _ server: ScriptedModelServer,
        ledger: TokenLedger,
        record: @escaping MeteredModel.Record = { _ in }
    ) throws -> MeteredModel {
        var configuration = LanguageModelConfiguration(baseURL: server.baseURL, model: "m")
        configuration.retryBase = .milliseconds(2)
        configuration.maximumAttempts = 2
        let client = try LanguageModelClient(configuration: configuration, logger: logger)
        return MeteredModel(client: client, counter: .estimating, ledger: ledger, record: record)
    }

    @Test("records a call before it is made and corrects it by the usage")
    func recorded() async throws {
        let records = Mutex<[TokenLedger]>([])
        try await ScriptedModelServer.run(.chat("three", usage: (33, 2))) { server in
            var model = try model(server, ledger: TokenLedger(budget: 1000)) { ledger in
                records.withLock { $0.append(ledger) }
            }
            _ = try await model.ask("solve", Self.request, reply: 10...100)
            #expect(model.ledger.usage == 35)
            #expect(model.ledger.countedBy == .apiUsage)
        }
        let states = records.withLock { $0.map { $0.calls.map(\.state) } }
        #expect(states == [[.open], [.answered]])
        #expect(records.withLock { $0[0].charged } > 100)
    }

    @Test("without usage the count is ours and says so, and is not reported as usage")
    func estimated() async throws {
        try await ScriptedModelServer.run(.chat("three", usage: nil)) { server in
            var model = try model(server, ledger: TokenLedger(budget: 1000))
            _ = try await model.ask("solve", Self.request, reply: 10...100)
            #expect(model.ledger.countedBy == .estimate)
            #expect(model.ledger.usage == 0)
            #expect(model.ledger.uncertain > 0)
        }
    }

    @Test("a call beyond the budget is not made")
    func budget() async throws {
        try await ScriptedModelServer.run(.chat("three")) { server in
            var model = try model(server, ledger: TokenLedger(budget: 15))
            let error = await #expect(throws: LanguageModelError.self) {
                try await model.ask("solve", Self.request, reply: 10...100)
            }
            #expect(error?.code == .budgetExceeded)
            #expect(server.requests.isEmpty)
            #expect(model.ledger.calls.isEmpty)
        }
    }

    @Test("the reply is limited to what the budget has left")
    func limited() async throws {
        try await ScriptedModelServer.run(.chat("three")) { server in
            var model = try model(server, ledger: TokenLedger(budget: 60))
            _ = try await model.ask("solve", Self.request, reply: 10...1000)
            let limit = try #require(server.requests.first?.body.firstMatch(of: /"max_tokens":(\d+)/)?.output.1)
            #expect((10..<60).contains(Int(limit) ?? 0))
        }
    }

    @Test("a reply that broke off stays charged, and is asked for once more")
    func brokenOff() async throws {
        try await ScriptedModelServer.run(.chat("three").cut(after: 20), .chat("three", usage: (30, 2))) { server in
            var model = try model(server, ledger: TokenLedger(budget: 1000))
            _ = try await model.ask("solve", Self.request, reply: 10...100)
            #expect(model.ledger.calls.map(\.state) == [.unanswered, .answered])
            #expect(model.ledger.usage == 32)
            #expect(model.ledger.uncertain > 100)
        }
    }

    @Test("a refused call costs nothing, and its reason is kept")
    func refused() async throws {
        try await ScriptedModelServer.run(.error(401, code: "invalid_api_key")) { server in
            var model = try model(server, ledger: TokenLedger(budget: 1000))
            await #expect(throws: LanguageModelError.self) {
                try await model.ask("plan", Self.request, reply: 10...100)
            }
            #expect(model.ledger.calls.map(\.state) == [.free])
            #expect(model.ledger.charged == 0)
            #expect(model.ledger.calls[0].error?.contains("invalid_api_key") == true)
        }
    }

    @Test("what a process that died had asked stays charged for the next one")
    func died() async throws {
        var ledger = TokenLedger(budget: 1000)
        _ = try ledger.reserve("plan", prompt: TokenCount(200, countedBy: .bpe), reply: 100...300)
        try await ScriptedModelServer.run(.chat("three", usage: (30, 2))) { server in
            let model = try model(server, ledger: ledger)
            #expect(model.ledger.calls.map(\.state) == [.unanswered])
            #expect(model.ledger.remaining == 500)
        }
    }

    @Test("a model that counts more than we do is expected to do so again")
    func ratio() throws {
        var ledger = TokenLedger(budget: 10_000)
        let (call, _) = try ledger.reserve("plan", prompt: TokenCount(1000, countedBy: .bpe), reply: 10...100)
        ledger.answered(
            call,
            usage: ChatUsage(promptTokens: 1510, completionTokens: 50),
            reply: TokenCount(40, countedBy: .bpe),
            form: .text
        )
        #expect(ledger.charged == 1560)
        #expect(ledger.expected(TokenCount(1000, countedBy: .bpe)) == 1510)
        #expect(TokenLedger(budget: 1).expected(TokenCount(1000, countedBy: .estimate)) == 1100)
        #expect(TokenLedger(budget: 1).expected(TokenCount(1000, countedBy: .bpe)) == 1000)
    }
}
