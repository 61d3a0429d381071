import Hummingbird
import JobModel
import NIOCore

extension Response {
    /// A JSON answer, its keys in order.
    init(
        _ body: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        type: String = "application/json"
    ) throws {
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        let bytes = try JSONCoding.encode(body)
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An answer of plain text, or of another type of text.
    init(text: String, type: String = "text/plain; charset=utf-8") {
        self.init(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
