import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on a free loopback port that answers as its script says, and keeps what it was sent.
final class WebhookReceiver: Sendable {
    /// One request.
    struct Delivery: Sendable {
        var headers: [String: String]
        var body: [UInt8]
    }

    /// The status of each answer, the last one for all that follow; `nil` for no answer at all.
    typealias Script = [HTTPResponseStatus?]

    let url: String
    private let channel: any Channel
    private let log: Log

    fileprivate final class Log: Sendable {
        let deliveries = Mutex<[Delivery]>([])
    }

    /// Runs a body with a receiver.
    static func run<R>(_ script: Script, _ body: (WebhookReceiver) async throws -> R) async throws -> R {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(log: log, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let receiver = WebhookReceiver(channel, log)
        do {
            let result = try await body(receiver)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/hook?token=hush"
    }

    /// What it was sent so far.
    var deliveries: [Delivery] { log.deliveries.withLock { $0 } }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let script: Script
        private var headers: [String: String] = [:]
        private var body: [UInt8] = []

        init(log: Log, script: Script) {
            self.log = log
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
                body = []
            case .body(let part): body += Array(buffer: part)
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            let number = log.deliveries.withLock { deliveries in
                deliveries.append(Delivery(headers: headers, body: body))
                return deliveries.count
            }
            guard let status = script[min(number, script.count) - 1] else { return }
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: ["content-length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
