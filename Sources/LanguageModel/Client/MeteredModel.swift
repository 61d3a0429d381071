import JobModel

/// The model as one operation may use it: each call is counted, held against the budget before it is made, and recorded before
/// and after.
package struct MeteredModel: Sendable {
    /// Stores the ledger where another process finds it.
    package typealias Record = @Sendable (TokenLedger) async throws -> Void

    private let client: LanguageModelClient
    /// Who counts.
    package let counter: TokenCounter
    /// What was spent.
    package private(set) var ledger: TokenLedger
    private let record: Record

    /// A model whose calls of earlier processes that were left open stay charged.
    package init(
        client: LanguageModelClient,
        counter: TokenCounter,
        ledger: TokenLedger,
        record: @escaping Record
    ) {
        self.client = client
        self.counter = counter
        self.ledger = ledger
        self.record = record
        self.ledger.closeOpenCalls()
    }

    /// The counted tokens of a request's prompt, its schema among them: some servers put it into the prompt themselves.
    package func count(_ request: ChatRequest) throws -> TokenCount {
        var tokens = counter.count(try client.prompt(of: request))
        if let schema = request.schema, client.form == .jsonSchema {
            tokens += counter.count(try JSONValue(encoding: schema).encoded)
        }
        return TokenCount(tokens, countedBy: counter.source)
    }

    /// Asks, and once more when the reply broke off and the budget allows it.
    ///
    /// The range is the fewest tokens that a reply needs, and the most that it gets.
    ///
    /// - Throws: ``LanguageModelError``, `budgetExceeded` before anything is sent; what `record` throws; `CancellationError`.
    package mutating func ask(
        _ purpose: String,
        _ request: ChatRequest,
        reply range: ClosedRange<Int>
    ) async throws -> ChatReply {
        do {
            return try await askOnce(purpose, request, range)
        } catch let error as LanguageModelError where error.code == .interrupted {
            return try await askOnce(purpose, request, range)
        }
    }

    private mutating func askOnce(
        _ purpose: String,
        _ request: ChatRequest,
        _ range: ClosedRange<Int>
    ) async throws -> ChatReply {
        let prompt = try count(request)
        let (call, maximum) = try ledger.reserve(purpose, prompt: prompt, reply: range)
        try await record(ledger)
        var request = request
        request.maximumReplyTokens = maximum
        let reply: ChatReply
        do {
            reply = try await client.complete(request)
        } catch let error as LanguageModelError {
            ledger.failed(call, error: error.description, mayHaveSpent: error.mayHaveSpent)
            try await record(ledger)
            throw error
        } catch {
            // Cancelled: the record has the call as open, which is charged.
            ledger.failed(call, error: "the call was given up", mayHaveSpent: true)
            throw error
        }
        ledger.answered(call, usage: reply.usage, reply: counter.labelled(reply.content), form: reply.form)
        try await record(ledger)
        return reply
    }
}
