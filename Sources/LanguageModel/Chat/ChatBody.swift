import JobModel

/// The JSON of a chat completion's request and reply (OpenAI API reference, "Create chat completion").
enum ChatBody {
    /// The messages as a form sends them: those below `jsonSchema` carry the schema in the prompt.
    static func messages(of request: ChatRequest, _ form: ResponseForm) throws -> [ChatMessage] {
        guard let schema = request.schema, form != .jsonSchema else { return request.messages }
        let rule = """
            Answer with one JSON document and nothing else: no explanation, no code fence. It must fit this JSON Schema:
            \(try JSONValue(encoding: schema).encoded)
            """
        var messages = request.messages
        let place = messages.firstIndex { $0.role == .system }
        if let place {
            messages[place].content += "\n\n" + rule
        } else {
            messages.insert(ChatMessage(.system, rule), at: 0)
        }
        return messages
    }

    /// The request's body.
    static func encode(_ request: ChatRequest, model: String, _ dialect: ServerDialect) throws -> [UInt8] {
        var body: [String: JSONValue] = [
            "model": .string(model),
            "messages": try JSONValue(encoding: messages(of: request, dialect.form)),
            dialect.limitField: .integer(request.maximumReplyTokens),
            "stream": false,
        ]
        if dialect.takesSampling {
            if let temperature = request.temperature { body["temperature"] = .number(temperature) }
            if let seed = request.seed { body["seed"] = .integer(seed) }
        }
        if let schema = request.schema {
            let schema = try JSONValue(encoding: schema)
            switch dialect.form {
            case .jsonSchema:
                body["response_format"] = [
                    "type": "json_schema", "json_schema": ["name": .string(request.schemaName), "schema": schema],
                ]
            case .jsonObject: body["response_format"] = ["type": "json_object", "schema": schema]
            case .text: break
            }
        }
        return Array(try JSONCoding.encode(JSONValue.object(body)))
    }

    /// What a reply's body says; `nil` when it is no chat completion.
    static func decode(_ bytes: [UInt8]) -> (content: String, finish: String?, usage: ChatUsage?)? {
        guard let document = try? JSONValue(parsing: bytes), let choice = document["choices"]?[0] else { return nil }
        let message = choice["message"]
        // A refusal, and a call of a tool that nobody offered, have no content.
        guard let content = message?["content"]?.string ?? message?["refusal"]?.string else { return nil }
        var usage: ChatUsage?
        if let prompt = document["usage"]?["prompt_tokens"]?.int, prompt >= 0 {
            let completion =
                document["usage"]?["completion_tokens"]?.int
                ?? document["usage"]?["total_tokens"]?.int.map { $0 - prompt } ?? 0
            if completion >= 0 { usage = ChatUsage(promptTokens: prompt, completionTokens: completion) }
        }
        return (content, choice["finish_reason"]?.string, usage)
    }
}
