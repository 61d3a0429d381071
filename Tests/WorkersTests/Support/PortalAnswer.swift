import NIOCore

/// A request as the loopback portal got it.
struct PortalRequest: Sendable {
    let path: String
    /// The headers, their names in lower case.
    let headers: [String: String]

    init(parsing head: String) {
        let lines = head.split(separator: "\r\n")
        path = lines.first.map { $0.split(separator: " ") }.flatMap { $0.count > 1 ? String($0[1]) : nil } ?? ""
        headers = lines.dropFirst().reduce(into: [:]) { headers, line in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
    }
}

/// How the loopback portal answers: well, or in one of the ways in which servers fail.
struct PortalAnswer: Sendable {
    /// What the server does when it has sent what it sends.
    enum Ending: Sendable {
        case close
        case reset
        /// It keeps the connection and says nothing more.
        case silence
        /// It sends the rest of the body in small pieces, a hundred a second.
        case drip
    }

    var status = "200 OK"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// How much of the body is sent.
    var sent: Int?
    var statesLength = true
    var ending = Ending.close

    /// A file with a tag; answers Range and If-None-Match as a server should.
    static func file(_ bytes: [UInt8], tag: String, _ request: PortalRequest) -> PortalAnswer {
        var answer = PortalAnswer()
        answer.headers = [("ETag", tag), ("Content-Type", "application/zip")]
        if request.headers["if-none-match"] == tag {
            answer.status = "304 Not Modified"
            return answer
        }
        answer.body = bytes
        let range = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
        if let range, request.headers["if-range"] == tag {
            guard range < bytes.count else { return PortalAnswer(status: "416 Range Not Satisfiable") }
            answer.status = "206 Partial Content"
            answer.headers.append(("Content-Range", "bytes \(range)-\(bytes.count - 1)/\(bytes.count)"))
            answer.body = Array(bytes[range...])
        }
        return answer
    }

    /// The page that the Department's portal sends for a wrong path.
    static let htmlPage = PortalAnswer(
        headers: [("Content-Type", "text/html; charset=utf-8")],
        body: Array(("<html>\n<head>\n<meta name=\"SharePointError\"/>" + String(repeating: " ", count: 765)).utf8)
    )

    /// The bytes on the wire.
    func encoded(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: body.count + 512)
        buffer.writeString("HTTP/1.1 \(status)\r\nConnection: close\r\n")
        if statesLength { buffer.writeString("Content-Length: \(body.count)\r\n") }
        for (name, value) in headers { buffer.writeString("\(name): \(value)\r\n") }
        buffer.writeString("\r\n")
        buffer.writeBytes(body.prefix(sent ?? body.count))
        return buffer
    }
}
