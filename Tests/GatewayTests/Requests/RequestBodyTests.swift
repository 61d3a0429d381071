import Hummingbird
import NIOCore
import Testing

@testable import Gateway

struct RequestBodyTests {
    private func request(chunks: Int, of size: Int) -> Request {
        let stream = AsyncStream<ByteBuffer> { continuation in
            for _ in 0..<chunks { continuation.yield(ByteBuffer(repeating: 0x20, count: size)) }
            continuation.finish()
        }
        return Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"),
            body: RequestBody(asyncSequence: stream)
        )
    }

    @Test("A body of unknown length is read up to the limit and not a byte further")
    func limit() async throws {
        #expect(try await request(chunks: 4, of: 25).bytes(upTo: 100).count == 100)
        let error = await #expect(throws: Problem.self) { try await request(chunks: 4, of: 25).bytes(upTo: 99) }
        #expect(error?.kind == .tooLarge)
    }
}
