import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy in front of a server that can lose replies: once told to, it passes the next request on, waits for the
/// server's reply, and closes the client's connection instead of handing it over.
final class LossyProxy: Sendable {
    /// The port on 127.0.0.1 that it listens on.
    let port: Int
    private let listener: any Channel
    private let state: State

    /// How many replies are still to be lost, and how many were.
    fileprivate final class State: Sendable {
        let counts = Mutex<(toLose: Int, lost: Int)>((0, 0))

        /// Whether a reply that has come is to be lost.
        func losesReply() -> Bool {
            counts.withLock { counts in
                guard counts.toLose > 0 else { return false }
                counts.toLose -= 1
                counts.lost += 1
                return true
            }
        }
    }

    private init(listener: any Channel, port: Int, state: State) {
        self.listener = listener
        self.port = port
        self.state = state
    }

    /// Starts a proxy in front of a port of this host.
    static func start(before port: Int) async throws -> LossyProxy {
        let state = State()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in connect(client, to: port, state) }
            .bind(host: "127.0.0.1", port: 0).get()
        return LossyProxy(listener: listener, port: listener.localAddress?.port ?? 0, state: state)
    }

    /// Opens the connection to the server, and couples the two.
    private static func connect(_ client: any Channel, to port: Int, _ state: State) -> EventLoopFuture<Void> {
        ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port).flatMapThrowing { server in
            try server.pipeline.syncOperations.addHandler(Coupling(client, losesReply: state.losesReply))
            try client.pipeline.syncOperations.addHandler(Coupling(server, losesReply: { false }))
        }
    }

    /// Loses the replies to the next requests.
    func lose(_ replies: Int) { state.counts.withLock { $0.toLose = replies } }

    /// How many replies were lost.
    var lost: Int { state.counts.withLock { $0.lost } }

    /// Stops listening.
    func close() async throws { try await listener.close() }
}

/// Passes on what one of two connections receives to the other.
private final class Coupling: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let losesReply: () -> Bool

    init(_ peer: any Channel, losesReply: @escaping () -> Bool) {
        self.peer = peer
        self.losesReply = losesReply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !losesReply() else {
            peer.close(promise: nil)
            context.close(promise: nil)
            return
        }
        peer.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { peer.close(promise: nil) }
}
