import JobModel
import NIOHTTP1

/// What a server answered, whole.
struct ServerAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    /// What to do about it.
    enum Verdict {
        /// A chat completion.
        case reply(content: String, finish: String?, usage: ChatUsage?)
        /// Passing: sent again after a wait, the server's or ours.
        case again(LanguageModelError)
        /// Sending the same again does not help.
        case failure(LanguageModelError)
    }

    /// Judges the answer; `now` in seconds since 1970.
    func verdict(now: Int) -> Verdict {
        switch status {
        case 200...299:
            guard let reply = ChatBody.decode(body) else {
                return .failure(LanguageModelError(.malformedReply, malformation, status: status))
            }
            return .reply(content: reply.content, finish: reply.finish, usage: reply.usage)
        case 429, 503:
            let wait = RetryAfter.delay(headers, now: now)
            // A spent quota is a 429 too, and no wait helps.
            if errorCode == "insufficient_quota" { return .failure(error(.refused)) }
            return .again(error(.rateLimited, retryAfter: wait))
        case 408, 409, 425, 500...599:
            return .again(error(.serverFailed, retryAfter: RetryAfter.delay(headers, now: now)))
        case 401, 403: return .failure(error(.unauthorized))
        case 413: return .failure(error(.contextTooLong))
        default:
            let isTooLong = errorCode == "context_length_exceeded" || beginning.contains("context length")
            return .failure(error(isTooLong ? .contextTooLong : .refused))
        }
    }

    /// The beginning of the body, to look for words in; never shown.
    var beginning: String { String(decoding: body.prefix(4096), as: UTF8.self) }

    private func error(_ code: LanguageModelError.Code, retryAfter: Duration? = nil) -> LanguageModelError {
        let named = errorCode.map { " (\($0))" } ?? ""
        return LanguageModelError(code, "the server answered \(status)\(named)", status: status, retryAfter: retryAfter)
    }

    /// The error's code, where the body names one that is a plain word: other texts may repeat the prompt.
    private var errorCode: String? {
        guard let document = try? JSONValue(parsing: body), let error = document["error"] else { return nil }
        let word = error["code"]?.string ?? error["type"]?.string
        return word.flatMap { word in
            word.count <= 40 && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } ? word : nil
        }
    }

    private var malformation: String {
        let type = headers.first(name: "Content-Type")?.lowercased() ?? ""
        let start = beginning.prefix(256).lowercased()
        if type.contains("html") || start.contains("<html") || start.contains("<!doctype") {
            return "the server answered \(status) with an HTML page: the base URL is probably not that of an API"
        }
        return body.isEmpty
            ? "the server answered \(status) with an empty body"
            : "the server answered \(status) with what is no chat completion"
    }
}
