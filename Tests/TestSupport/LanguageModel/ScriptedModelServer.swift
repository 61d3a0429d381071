package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on a free loopback port that plays a language model's API, and misbehaves as its script says.
package final class ScriptedModelServer: Sendable {
    /// A request that came in.
    package struct Request: Sendable {
        /// Its path.
        package var path: String
        /// The value of its Authorization header; empty for none.
        package var authorization: String
        /// Its body.
        package var body: String
    }

    /// How one request is answered.
    package struct Answer: Sendable {
        package var status = 200
        package var headers: [(String, String)] = [("Content-Type", "application/json")]
        package var body: String
        /// How many bytes of the body are sent before the connection is closed; all of them where it is `nil`.
        package var cutAfter: Int?
        /// How long the server says nothing.
        package var delay: TimeAmount = .zero
        /// Whether it never answers at all.
        package var isSilent = false

        package init(status: Int = 200, headers: [(String, String)] = [], body: String) {
            self.status = status
            self.headers += headers
            self.body = body
        }
    }

    /// The base URL for a client: `http://127.0.0.1:port/v1`.
    package let baseURL: String
    private let channel: any Channel
    private let log: RequestLog

    /// Runs the body with a server whose answers `answer` gives; `number` counts the requests from 1.
    package static func run<R>(
        answer: @escaping @Sendable (_ request: Request, _ number: Int) -> Answer,
        _ body: (ScriptedModelServer) async throws -> R
    ) async throws -> R {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let server = ScriptedModelServer(channel, log)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// Runs the body with a server that gives these answers one after the other, the last one for ever.
    package static func run<R>(
        _ answers: Answer...,
        body: (ScriptedModelServer) async throws -> R
    ) async throws -> R {
        try await run(answer: { _, number in answers[min(number, answers.count) - 1] }, body)
    }

    private init(_ channel: any Channel, _ log: RequestLog) {
        self.channel = channel
        self.log = log
        baseURL = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/v1"
    }

    /// What it was asked so far.
    package var requests: [Request] { log.requests.withLock { $0 } }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[ScriptedModelServer.Request]>([])
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let log: RequestLog
    private let answer: @Sendable (ScriptedModelServer.Request, Int) -> ScriptedModelServer.Answer
    private var request = ScriptedModelServer.Request(path: "", authorization: "", body: "")

    init(
        log: RequestLog,
        answer: @escaping @Sendable (ScriptedModelServer.Request, Int) -> ScriptedModelServer.Answer
    ) {
        self.log = log
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let authorization = head.headers.first(name: "Authorization") ?? ""
            request = ScriptedModelServer.Request(path: head.uri, authorization: authorization, body: "")
        case .body(let buffer): request.body += String(buffer: buffer)
        case .end:
            let number = log.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            let answer = answer(request, number)
            if answer.isSilent { return }
            let channel = context.channel
            channel.eventLoop.scheduleTask(in: answer.delay) { Self.send(answer, on: channel) }
        }
    }

    private static func send(_ answer: ScriptedModelServer.Answer, on channel: any Channel) {
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "Content-Length", value: String(answer.body.utf8.count))
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        let bytes = Array(answer.body.utf8.prefix(answer.cutAfter ?? .max))
        let written = channel.writeAndFlush(
            HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: bytes)))
        )
        guard answer.cutAfter == nil else {
            written.whenComplete { _ in channel.close(promise: nil) }
            return
        }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
