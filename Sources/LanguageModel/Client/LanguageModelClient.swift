import JobModel
package import Logging
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks a language model over an API of OpenAI's form, whatever the server's mood.
///
/// An answer that may pass (429, 503 and other 5xx, no connection) is waited for, as long as the server asks, else with
/// a growing, jittered delay, within the attempts and the time of one call. A reply that broke off is not asked for again here: its
/// tokens may have been spent, and only the caller knows the budget.
package final class LanguageModelClient: Sendable {
    /// Where the model is.
    package let configuration: LanguageModelConfiguration
    private let exchange: ChatExchange
    private let logger: Logger
    private let breaker: Mutex<CircuitBreaker>
    private let dialect = Mutex(ServerDialect())

    /// A client of one server; it holds no connection between calls.
    ///
    /// - Throws: ``LanguageModelError`` `invalidConfiguration`.
    package init(configuration: LanguageModelConfiguration, logger: Logger) throws(LanguageModelError) {
        self.configuration = configuration
        self.logger = logger
        exchange = try ChatExchange(configuration)
        breaker = Mutex(CircuitBreaker(threshold: configuration.breakerThreshold, pause: configuration.breakerPause))
    }

    /// The form in which answers are asked for now.
    package var form: ResponseForm { dialect.withLock { $0.form } }

    /// The prompt as it would be sent now, to be counted: a form below the strictest adds the schema to it.
    package func prompt(of request: ChatRequest) throws -> [ChatMessage] { try ChatBody.messages(of: request, form) }

    /// Asks.
    ///
    /// - Returns: the reply; for a request with a schema, with the document in it and how that breaks the schema.
    /// - Throws: ``LanguageModelError``; `CancellationError`.
    package func complete(_ request: ChatRequest) async throws -> ChatReply {
        let deadline = ContinuousClock.now + configuration.totalTimeout
        var attempts = 0
        while true {
            try Task.checkCancellation()
            try admit()
            attempts += 1
            let known = dialect.withLock { $0 }
            let body = try ChatBody.encode(request, model: configuration.model, known)
            let passing: LanguageModelError
            do {
                let answer = try await send(body, deadline)
                if adapt(from: known, to: answer, hasForm: request.schema != nil) { continue }
                switch answer.verdict(now: Int(Date().timeIntervalSince1970)) {
                case .reply(let content, let finish, let usage):
                    return reply(content, finish, usage, request, known.form, attempts)
                case .failure(let error): throw error
                case .again(let error): passing = error
                }
            } catch let error as LanguageModelError where error.code == .unreachable {
                passing = error
            }
            try await wait(for: passing, attempts, deadline)
        }
    }

    private func admit() throws(LanguageModelError) {
        guard case .refused(let wait) = breaker.withLock({ $0.admit(now: .now) }) else { return }
        throw LanguageModelError(
            .circuitOpen,
            "the server has failed too often and is left alone for \(wait.wholeMilliseconds) ms",
            retryAfter: wait
        )
    }

    /// Sends once, and tells the breaker what that says of the server.
    private func send(_ body: [UInt8], _ deadline: ContinuousClock.Instant) async throws -> ServerAnswer {
        do {
            let answer = try await exchange.send(body, deadline: deadline)
            let isFailure = answer.status >= 500
            breaker.withLock { isFailure ? $0.failed(now: .now) : $0.succeeded() }
            return answer
        } catch let error as LanguageModelError {
            breaker.withLock { $0.failed(now: .now) }
            throw error
        } catch {
            breaker.withLock { $0.abandoned(now: .now) }
            throw error
        }
    }

    /// Whether the server refused how it was asked, and can be asked differently.
    private func adapt(from known: ServerDialect, to answer: ServerAnswer, hasForm: Bool) -> Bool {
        guard answer.status >= 400 else { return false }
        var learned = known
        let hasForm = hasForm && known.form != .text
        guard learned.adapt(status: answer.status, text: answer.beginning, hasForm: hasForm) else { return false }
        // A refusal of what we sent is no failure of the server.
        breaker.withLock { $0.succeeded() }
        // A call beside this one may have learned the same.
        let isNew = dialect.withLock { dialect in
            guard dialect == known else { return false }
            dialect = learned
            return true
        }
        if isNew {
            logger.info(
                "language model server refused a request's form",
                metadata: ["status": "\(answer.status)", "form": "\(learned.form.rawValue)"]
            )
        }
        return true
    }

    private func wait(for error: LanguageModelError, _ attempts: Int, _ deadline: ContinuousClock.Instant) async throws
    {
        guard attempts < configuration.maximumAttempts else { throw error }
        // Half of the delay is random, so that callers that failed together do not come back together.
        let growth = configuration.retryBase * Double(1 << min(attempts - 1, 20))
        let delay = error.retryAfter ?? min(growth, configuration.retryCap) * Double.random(in: 0.5...1)
        guard ContinuousClock.now + delay < deadline else { throw error }
        logger.debug(
            "language model is asked again",
            metadata: [
                "attempt": "\(attempts)", "code": "\(error.code.rawValue)", "delay.ms": "\(delay.wholeMilliseconds)",
            ]
        )
        try await Task.sleep(for: delay)
    }

    private func reply(
        _ content: String,
        _ finish: String?,
        _ usage: ChatUsage?,
        _ request: ChatRequest,
        _ form: ResponseForm,
        _ attempts: Int
    ) -> ChatReply {
        var reply = ChatReply(
            content: content,
            document: nil,
            defects: [],
            usage: usage,
            form: form,
            attempts: attempts
        )
        guard let schema = request.schema else { return reply }
        // Whatever the server promised: a grammar that it could not read is ignored without a word by some.
        reply.document = JSONExtraction.document(in: content)
        if let document = reply.document {
            reply.defects = schema.defects(in: document)
        } else {
            reply.defects = [FieldDefect("", "the reply has no JSON document")]
        }
        if !reply.defects.isEmpty, finish == "length" {
            reply.defects.append(FieldDefect("", "the reply was cut off at \(request.maximumReplyTokens) tokens"))
        }
        return reply
    }
}
