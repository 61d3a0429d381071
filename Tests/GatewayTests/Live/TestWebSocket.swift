import JobModel
import NIOCore
import NIOPosix
import Testing

/// A WebSocket client that writes its frames byte by byte, so that it can also break the protocol.
struct TestWebSocket: ~Copyable {
    /// A frame of the server.
    enum Frame: Hashable {
        case text(JSONValue)
        case ping
        case pong([UInt8])
        case close(code: Int?)
    }

    /// The head of an answer that is no upgrade, and what of its body came with it.
    struct Refused: Error {
        let text: String
        var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    }

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    static let handshake = [
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// Connects, runs `body`, and closes the connection.
    static func open<Value: Sendable>(
        port: Int,
        path: String = "/ws",
        headers: [String: String] = Self.handshake,
        receiveBuffer: Int32? = nil,
        _ body: (inout TestWebSocket) async throws -> Value
    ) async throws -> Value {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let connection = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return try await connection.executeThenClose { inbound, outbound in
            var socket = TestWebSocket(iterator: inbound.makeAsyncIterator(), outbound: outbound)
            try await socket.shakeHands(path, headers)
            return try await body(&socket)
        }
    }

    private init(
        iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.iterator = iterator
        self.outbound = outbound
    }

    private mutating func shakeHands(_ path: String, _ headers: [String: String]) async throws {
        let lines = (["Host": "localhost"].merging(headers) { $1 }).map { "\($0): \($1)\r\n" }.joined()
        try await outbound.write(ByteBuffer(string: "GET \(path) HTTP/1.1\r\n\(lines)\r\n"))
        while true {
            let text = String(buffer: received)
            if let end = text.firstRange(of: "\r\n\r\n") {
                guard text.hasPrefix("HTTP/1.1 101 ") else { throw Refused(text: text) }
                // RFC 6455 gives this answer to this key.
                try #require(text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
                received.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
                return
            }
            guard try await receive() else { throw Refused(text: text) }
        }
    }

    private mutating func receive() async throws -> Bool {
        guard let part = try await iterator.next(isolation: #isolation) else { return false }
        received.writeImmutableBuffer(part)
        return true
    }

    /// The next frame; `nil` when the connection has ended.
    mutating func next() async throws -> Frame? {
        while true {
            if let frame = try parse() { return frame }
            do {
                guard try await receive() else { return nil }
            } catch is IOError {
                return nil  // Reset by the server.
            }
        }
    }

    /// The next text; frames of the protocol are passed over.
    mutating func message() async throws -> JSONValue {
        while let frame = try await next() {
            if case .text(let message) = frame { return message }
        }
        throw Refused(text: "the connection has ended")
    }

    private mutating func parse() throws -> Frame? {
        var buffer = received
        guard let first = buffer.readInteger(as: UInt8.self), let second = buffer.readInteger(as: UInt8.self) else {
            return nil
        }
        try #require(first & 0x70 == 0 && first & 0x80 != 0, "a whole frame without extensions")
        try #require(second & 0x80 == 0, "a server does not mask")
        var length = Int(second)
        if length == 126 {
            guard let long = buffer.readInteger(as: UInt16.self) else { return nil }
            length = Int(long)
        } else if length == 127 {
            guard let long = buffer.readInteger(as: UInt64.self) else { return nil }
            length = Int(long)
        }
        guard var payload = buffer.readSlice(length: length) else { return nil }
        received = buffer
        switch first & 0x0F {
        case 1: return .text(try JSONValue(parsing: payload.readableBytesView))
        case 8: return .close(code: payload.readInteger(as: UInt16.self).map(Int.init))
        case 9: return .ping
        case 10: return .pong(Array(payload.readableBytesView))
        default:
            Issue.record("a frame of the kind \(first & 0x0F)")
            return nil
        }
    }

    /// Sends a frame.
    func send(_ opcode: UInt8, _ payload: [UInt8] = [], masked: Bool = true) async throws {
        var frame = ByteBuffer()
        frame.writeInteger(0x80 | opcode)
        let mark: UInt8 = masked ? 0x80 : 0
        if payload.count < 126 {
            frame.writeInteger(mark | UInt8(payload.count))
        } else {
            frame.writeInteger(mark | 126)
            frame.writeInteger(UInt16(payload.count))
        }
        let mask: [UInt8] = [7, 11, 13, 17]
        if masked { frame.writeBytes(mask) }
        frame.writeBytes(masked ? payload.enumerated().map { $1 ^ mask[$0 % 4] } : payload)
        try await outbound.write(frame)
    }

    /// Says goodbye.
    func close(_ code: Int) async throws { try await send(8, [UInt8(code >> 8), UInt8(code & 0xFF)]) }
}
