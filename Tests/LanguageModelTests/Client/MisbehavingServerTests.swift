import JobModel
import Logging
import NIOCore
import TestSupport
import Testing

@testable import LanguageModel

@Suite("The client of a language model", .timeLimit(.minutes(5)))
struct MisbehavingServerTests {
    private static let schema = JSONSchema.object([.required("city", .string()), .required("count", .integer())])
    private static let good = #"{"city": "Ocala", "count": 3}"#
    private static let request = ChatRequest(
        messages: [ChatMessage(.system, "You answer."), ChatMessage(.user, "the secret question")],
        schema: schema,
        maximumReplyTokens: 50
    )

    private func client(
        _ server: ScriptedModelServer,
        _ change: (inout LanguageModelConfiguration) -> Void = { _ in }
    ) throws -> LanguageModelClient {
        var configuration = LanguageModelConfiguration(baseURL: server.baseURL, apiKey: "sk-very-secret", model: "m")
        configuration.retryBase = .milliseconds(5)
        change(&configuration)
        return try LanguageModelClient(
            configuration: configuration,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    private func failure(
        of answers: ScriptedModelServer.Answer,
        _ change: (inout LanguageModelConfiguration) -> Void = { _ in }
    ) async throws -> (LanguageModelError, requests: Int) {
        try await ScriptedModelServer.run(answers) { server in
            let client = try client(server, change)
            let error = try #require(
                await #expect(throws: LanguageModelError.self) { try await client.complete(Self.request) }
            )
            #expect(!error.description.contains("secret"))
            return (error, server.requests.count)
        }
    }

    @Test("takes a good answer, sends the key as a bearer token, and reports the usage")
    func good() async throws {
        try await ScriptedModelServer.run(.chat(Self.good, usage: (120, 9))) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.document == ["city": "Ocala", "count": 3])
            #expect(reply.defects.isEmpty)
            #expect(reply.usage == ChatUsage(promptTokens: 120, completionTokens: 9))
            #expect(reply.form == .jsonSchema)
            #expect(reply.attempts == 1)
            let sent = try #require(server.requests.first)
            #expect(sent.path == "/v1/chat/completions")
            #expect(sent.authorization == "Bearer sk-very-secret")
            let body = try JSONValue(parsing: sent.body)
            #expect(body["response_format"]?["json_schema"]?["schema"] == (try JSONValue(encoding: Self.schema)))
            #expect(body["max_tokens"] == 50)
            #expect(body["temperature"] == 0)
            #expect(body["messages"]?[1]?["content"] == "the secret question")
        }
    }

    @Test("reports a reply without usage as having none")
    func withoutUsage() async throws {
        try await ScriptedModelServer.run(.chat(Self.good, usage: nil)) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.usage == nil)
        }
    }

    @Test(
        "names what is wrong with an answer that breaks the schema, whatever the server promised",
        arguments: [
            (#"{"city": 5}"#, ["city", "count"]),
            ("I cannot do that.", [""]),
            (#"{"city": "Ocala", "count": 3"#, [""]),
            (#"{"city": "Ocala", "count": 3, "mood": "good"}"#, ["mood"]),
        ]
    )
    func wrongSchema(_ content: String, _ fields: [String]) async throws {
        try await ScriptedModelServer.run(.chat(content)) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.defects.map(\.field) == fields)
            #expect(reply.usage != nil)
        }
    }

    @Test("says that a reply was cut off where the server says so")
    func length() async throws {
        try await ScriptedModelServer.run(.chat(#"{"city": "Oc"#, finish: "length")) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.defects.last?.message == "the reply was cut off at 50 tokens")
        }
    }

    @Test("finds the document in prose and fences where the grammar was ignored")
    func grammarIgnored() async throws {
        let content = "Sure! Here is {what} you asked:\n```json\n\(Self.good)\n```\nAnything else?"
        try await ScriptedModelServer.run(.chat(content)) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.document == ["city": "Ocala", "count": 3])
            #expect(reply.defects.isEmpty)
        }
    }

    @Test("an HTML page is no answer, and the message says what to look at")
    func html() async throws {
        let page = ScriptedModelServer.Answer(
            headers: [("Content-Type", "text/html")],
            body: "<!DOCTYPE html><html><body>secret</body></html>"
        )
        let (error, requests) = try await failure(of: page)
        #expect(error.code == .malformedReply)
        #expect(error.description.contains("HTML"))
        #expect(requests == 1)
    }

    @Test(
        "a body that is no JSON, or no chat completion, is no answer",
        arguments: ["{nope", "[]", "{\"choices\": []}", ""]
    )
    func badJSON(_ body: String) async throws {
        let (error, _) = try await failure(of: ScriptedModelServer.Answer(body: body))
        #expect(error.code == .malformedReply)
    }

    @Test("waits as long as a 429 says, then goes on")
    func rateLimit() async throws {
        try await ScriptedModelServer.run(
            .error(429, code: "rate_limit_exceeded", headers: [("Retry-After", "1")]),
            .chat(Self.good)
        ) { server in
            let start = ContinuousClock.now
            let reply = try await client(server).complete(Self.request)
            #expect(reply.attempts == 2)
            #expect(ContinuousClock.now - start >= .seconds(1))
        }
    }

    @Test("does not wait longer for a 429 than the call may take, and says when to come back")
    func longRateLimit() async throws {
        let headers = [("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Sun, 06 Nov 1994 09:49:37 GMT")]
        let (error, requests) = try await failure(of: .error(429, headers: headers))
        #expect(error.code == .rateLimited)
        #expect(error.retryAfter == .seconds(3600))
        #expect(requests == 1)
    }

    @Test("a spent quota is not asked again")
    func quota() async throws {
        let (error, requests) = try await failure(of: .error(429, code: "insufficient_quota"))
        #expect(error.code == .refused)
        #expect(requests == 1)
    }

    @Test("asks again after a 500 as often as it may", arguments: [500, 502, 503])
    func serverError(_ status: Int) async throws {
        let (error, requests) = try await failure(of: .error(status)) { $0.maximumAttempts = 3 }
        #expect(error.code == (status == 503 ? .rateLimited : .serverFailed))
        #expect(error.status == status)
        #expect(requests == 3)
    }

    @Test(
        "a refusal is final, and named",
        arguments: [
            (401, "invalid_api_key", LanguageModelError.Code.unauthorized),
            (400, "context_length_exceeded", .contextTooLong), (404, "model_not_found", .refused),
        ]
    )
    func refusal(_ status: Int, _ word: String, _ code: LanguageModelError.Code) async throws {
        let (error, requests) = try await failure(of: .error(status, code: word, message: "the secret question"))
        #expect(error.code == code)
        #expect(error.description.contains(word))
        #expect(requests == 1)
    }

    @Test("a server that says nothing is given up after the idle timeout, and is not asked again")
    func silent() async throws {
        let (error, requests) = try await failure(of: .silence) { $0.idleTimeout = .milliseconds(200) }
        #expect(error.code == .timedOut)
        #expect(error.mayHaveSpent)
        #expect(requests == 1)
    }

    @Test("a slow server is waited for within the timeouts")
    func slow() async throws {
        try await ScriptedModelServer.run(.chat(Self.good).after(.milliseconds(300))) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.defects.isEmpty)
        }
    }

    @Test("the total timeout holds over all attempts")
    func totalTimeout() async throws {
        // Nothing else would end the call within the suite's time limit.
        let (error, _) = try await failure(of: .silence) {
            $0.idleTimeout = .seconds(3600)
            $0.totalTimeout = .milliseconds(300)
        }
        #expect(error.code == .timedOut)
    }

    @Test("a reply that breaks off may have been paid for, and is left to the caller")
    func cutOff() async throws {
        let (error, requests) = try await failure(of: .chat(Self.good).cut(after: 40))
        #expect(error.code == .interrupted)
        #expect(error.mayHaveSpent)
        #expect(requests == 1)
    }

    @Test("a huge body is not read to its end")
    func huge() async throws {
        let answer = ScriptedModelServer.Answer.chat(String(repeating: "secret ", count: 400_000))
        let (error, _) = try await failure(of: answer) {
            $0.idleTimeout = .seconds(3600)
            $0.totalTimeout = .seconds(3600)
        }
        #expect(error.code == .replyTooLarge)
    }

    @Test("nobody listening is an error of its own, after the attempts")
    func unreachable() async throws {
        let address = try await ScriptedModelServer.run(.silence) { $0.baseURL }
        var configuration = LanguageModelConfiguration(baseURL: address, model: "m")
        configuration.retryBase = .milliseconds(2)
        let client = try LanguageModelClient(configuration: configuration, logger: Logger(label: "test"))
        let error = await #expect(throws: LanguageModelError.self) { try await client.complete(Self.request) }
        #expect(error?.code == .unreachable)
        #expect(error?.mayHaveSpent == false)
    }

    @Test("falls back to json_object and then to text where the form is refused, and remembers it")
    func forms() async throws {
        let answer: @Sendable (ScriptedModelServer.Request, Int) -> ScriptedModelServer.Answer = { request, _ in
            if request.body.contains(#""type":"json_schema""#) { return .literalError }
            if request.body.contains(#""response_format""#) {
                return .error(400, code: "invalid_request_error", message: "response_format is not supported")
            }
            return .chat(Self.good)
        }
        try await ScriptedModelServer.run(answer: answer) { server in
            let client = try client(server)
            let reply = try await client.complete(Self.request)
            #expect(reply.form == .text)
            #expect(reply.defects.isEmpty)
            #expect(server.requests.count == 3)
            // The second form has the schema in the request and in the prompt, the third in the prompt only.
            let second = try JSONValue(parsing: server.requests[1].body)
            #expect(second["response_format"]?["schema"] == (try JSONValue(encoding: Self.schema)))
            let third = try JSONValue(parsing: server.requests[2].body)
            #expect(
                third["messages"]?[0]?["content"]?.string?.contains(try JSONValue(encoding: Self.schema).encoded)
                    == true
            )
            _ = try await client.complete(Self.request)
            #expect(server.requests.count == 4)
            #expect(client.form == .text)
        }
    }

    @Test("a server whose refusals of the form are its only trouble does not open the circuit")
    func formsAndBreaker() async throws {
        try await ScriptedModelServer.run(.literalError, .chat(Self.good)) { server in
            let reply = try await client(server) { $0.breakerThreshold = 1 }.complete(Self.request)
            #expect(reply.form == .jsonObject)
        }
    }

    @Test("sends the newer limit and no sampling where the server wants it so")
    func reasoningModel() async throws {
        let answer: @Sendable (ScriptedModelServer.Request, Int) -> ScriptedModelServer.Answer = { request, _ in
            if request.body.contains(#""max_tokens""#) {
                return .error(400, code: "unsupported_parameter", message: "Use 'max_completion_tokens' instead.")
            }
            if request.body.contains(#""temperature""#) {
                return .error(400, code: "unsupported_value", message: "'temperature' does not support 0")
            }
            return .chat(Self.good)
        }
        try await ScriptedModelServer.run(answer: answer) { server in
            let reply = try await client(server).complete(Self.request)
            #expect(reply.form == .jsonSchema)
            #expect(server.requests.count == 3)
        }
    }

    @Test("leaves a server alone that keeps failing")
    func breaker() async throws {
        try await ScriptedModelServer.run(.error(500)) { server in
            let client = try client(server) {
                $0.breakerThreshold = 2
                $0.maximumAttempts = 9
            }
            let error = await #expect(throws: LanguageModelError.self) { try await client.complete(Self.request) }
            #expect(error?.code == .circuitOpen)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a cancelled call ends at once")
    func cancelled() async throws {
        try await ScriptedModelServer.run(.silence) { server in
            let client = try client(server)
            let task = Task { try await client.complete(Self.request) }
            while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }
}
