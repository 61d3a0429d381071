package import NIOCore

extension ScriptedModelServer.Answer {
    /// A chat completion with this text.
    package static func chat(
        _ content: String,
        usage: (prompt: Int, completion: Int)? = (100, 20),
        finish: String = "stop"
    ) -> Self {
        let usage = usage.map {
            #", "usage": {"prompt_tokens": \#($0.prompt), "completion_tokens": \#($0.completion), "total_tokens": \#($0.prompt + $0.completion)}"#
        }
        return Self(
            body: """
                {"id": "c1", "object": "chat.completion", "model": "scripted", "choices": [{"index": 0, \
                "message": {"role": "assistant", "content": \(quoted(content))}, "finish_reason": "\(finish)"}]\
                \(usage ?? "")}
                """
        )
    }

    /// An error of OpenAI's form.
    package static func error(
        _ status: Int,
        code: String = "server_error",
        message: String = "it broke",
        headers: [(String, String)] = []
    ) -> Self {
        Self(
            status: status,
            headers: headers,
            body: #"{"error": {"message": \#(quoted(message)), "type": "\#(code)", "code": "\#(code)"}}"#
        )
    }

    /// How llama-cpp-python refuses OpenAI's form of a schema.
    package static let literalError = Self(
        status: 500,
        body: """
            {"error": {"message": "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \
            \\"Input should be 'text' or 'json_object'\\", 'input': 'json_schema'}]", "type": "internal_server_error"}}
            """
    )

    /// The same answer after a while in which nothing is sent.
    package func after(_ delay: TimeAmount) -> Self {
        var answer = self
        answer.delay = delay
        return answer
    }

    /// The same answer with the connection closed in the middle of the body.
    package func cut(after bytes: Int) -> Self {
        var answer = self
        answer.cutAfter = bytes
        return answer
    }

    /// No answer at all.
    package static var silence: Self {
        var answer = Self(body: "")
        answer.isSilent = true
        return answer
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
