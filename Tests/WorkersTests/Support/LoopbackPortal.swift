import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server on a free loopback port that answers as its script says, and remembers what it was asked.
final class LoopbackPortal: Sendable {
    /// The source that names it: `http://127.0.0.1:port/rolls`.
    let base: String
    private let channel: any Channel
    private let log: RequestLog

    /// Runs the body with a server that answers with `answer`; `number` counts the requests from 1.
    static func run<R>(
        answer: @escaping @Sendable (_ request: PortalRequest, _ number: Int) -> PortalAnswer,
        _ body: (LoopbackPortal) async throws -> R
    ) async throws -> R {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PortalHandler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let portal = LoopbackPortal(channel, log)
        do {
            let result = try await body(portal)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private init(_ channel: any Channel, _ log: RequestLog) {
        self.channel = channel
        self.log = log
        base = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/rolls"
    }

    /// What it was asked so far.
    var requests: [PortalRequest] { log.requests.withLock { $0 } }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[PortalRequest]>([])
}

/// One connection, one request, one answer.
private final class PortalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private let answer: @Sendable (PortalRequest, Int) -> PortalAnswer
    private var head = ""

    init(log: RequestLog, answer: @escaping @Sendable (PortalRequest, Int) -> PortalAnswer) {
        self.log = log
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        let request = PortalRequest(parsing: head)
        let number = log.requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
        let answer = answer(request, number)
        let channel = context.channel
        let written = channel.writeAndFlush(answer.encoded(channel.allocator))
        switch answer.ending {
        case .silence: break
        case .drip: Self.drip(answer.body.dropFirst(answer.sent ?? answer.body.count), on: channel)
        case .close: written.whenComplete { _ in channel.close(promise: nil) }
        case .reset:
            // Closing with a linger time of zero sends RST in place of FIN.
            let options = channel as? any SocketOptionProvider
            written.flatMap {
                options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)) ?? channel.eventLoop.makeSucceededVoidFuture()
            }
            .whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private static func drip(_ rest: ArraySlice<UInt8>, on channel: any Channel) {
        guard channel.isActive, !rest.isEmpty else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: rest.prefix(10)), promise: nil)
        channel.eventLoop.scheduleTask(in: .milliseconds(10)) { drip(rest.dropFirst(10), on: channel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
