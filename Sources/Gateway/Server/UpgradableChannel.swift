import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// A connection that speaks HTTP, or, where its first request asks for it and is allowed to, a WebSocket.
///
/// A request that may not become a WebSocket goes to the ordinary responder, which answers it with the problem.
struct UpgradableChannel: HTTPChannelHandler {
    /// What the first request made of the connection.
    enum Negotiated: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket
    }

    /// A connection on which nothing was received yet.
    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    let responder: HTTPChannelHandler.Responder
    /// How long a connection may stay without a request, or with half of one.
    let idleTimeout: Duration
    /// Whether a request may become a WebSocket, and what is then added to the connection.
    let doorman: LiveDoorman

    /// The largest frame that is taken from a client, which has nothing to say but pings and goodbye.
    static let maximumFrameBytes = 4096

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ConnectionStart(timeout: TimeAmount(idleTimeout)), name: ConnectionStart.name)
            let negotiated = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration(logger))
            let upgrade = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Negotiated>.self)
            try pipeline.addHandler(UpgradeScreen(doorman: doorman), position: .before(upgrade))
            negotiated.whenComplete { _ in channel.pipeline.removeHandler(name: ConnectionStart.name, promise: nil) }
            return Connection(channel: channel, negotiated: negotiated)
        }
    }

    func handle(value: Connection, logger: Logger) async {
        do {
            switch try await value.negotiated.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket: try await value.channel.closeFuture.get()
            }
        } catch {
            logger.trace("a connection ended before its first request", metadata: ["error": "\(error)"])
        }
    }

    private func configuration(_ logger: Logger) -> NIOUpgradableHTTPServerPipelineConfiguration<Negotiated> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Negotiated>(
            maxFrameSize: Self.maximumFrameBytes,
            // The listener answers protocol errors itself.
            enableAutomaticErrorHandling: false,
            // The screen in front lets nothing else pass.
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { [doorman] channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try doorman.admit(channel, head)
                    return .webSocket
                }
            }
        )
        let idleTimeout = idleTimeout
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.addHTTP(to: channel, idleTimeout: idleTimeout, logger: logger)
                    }
                }
            )
        )
        // As in Hummingbird's own HTTP/1 channel: NIOAsyncChannel takes one request after the other, Hummingbird
        // answers parser errors, and its header type validates what is sent.
        configuration.enablePipelining = false
        configuration.enableErrorHandling = false
        configuration.enableResponseHeaderValidation = false
        configuration.decoderConfiguration.maxHeaderFieldSize = 80 << 10
        configuration.decoderConfiguration.maxHeaderListSize = 80 << 10
        configuration.decoderConfiguration.maxHeaderFieldCount = 1000
        return configuration
    }

    private static func addHTTP(
        to channel: any Channel,
        idleTimeout: Duration,
        logger: Logger
    ) throws -> Negotiated {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        )
    }
}
