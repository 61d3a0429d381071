import NIOCore
import NIOPosix

/// A proxy on loopback that passes bytes on a while after they came, in both directions.
struct DelayProxy {
    /// Where it listens.
    let port: Int
    private let server: any Channel

    /// Listens on a free port; half of the round trip's time is added in each direction.
    init(to target: Int, roundTrip: TimeAmount) async throws {
        let delay = TimeAmount.nanoseconds(roundTrip.nanoseconds / 2)
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { near in
                // Both ends on one event loop, so that they write to each other without a lock.
                ClientBootstrap(group: near.eventLoop)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: "127.0.0.1", port: target)
                    .flatMapThrowing { far in
                        try near.pipeline.syncOperations.addHandler(DelayedRelay(to: far, delay: delay))
                        try far.pipeline.syncOperations.addHandler(DelayedRelay(to: near, delay: delay))
                    }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        guard let port = server.localAddress?.port else { throw BenchError(message: "the delay proxy has no port") }
        self.port = port
    }

    func close() async throws { try await server.close() }
}

/// Passes what one end receives to the other, later.
private final class DelayedRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let delay: TimeAmount

    init(to other: any Channel, delay: TimeAmount) {
        self.other = other
        self.delay = delay
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        guard delay > .nanoseconds(0) else { return other.writeAndFlush(bytes, promise: nil) }
        // Timers of one loop with one delay fire in the order in which they were set.
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [other] in
            other.writeAndFlush(bytes, promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [other] in other.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
