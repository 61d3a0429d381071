import Logging
import NIOCore
import NIOWebSocket

/// One client of `/ws`: the end of its connection's pipeline.
///
/// Messages reach it from ``LiveFeed``, written to the channel from outside; here it answers the protocol.
final class LiveListener: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Tells the listener that its client does not read.
    struct Overflow: Sendable {}

    private var session = WebSocketSession()
    private var timer: RepeatedTask?
    private let checkInterval: TimeAmount
    private let feed: LiveFeed
    private let scope: LiveScope
    /// How long the last frame may take to leave before the connection is closed under it.
    private static let farewell = TimeAmount.seconds(2)

    init(feed: LiveFeed, scope: LiveScope, checkInterval: TimeAmount = .seconds(20)) {
        self.feed = feed
        self.scope = scope
        self.checkInterval = checkInterval
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let listener = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: checkInterval, delay: checkInterval) { _ in
            listener.value.perform(listener.value.session.check(), bound.value)
        }
        feed.join(context.channel, scope)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(session.receive(Self.read(unwrapInboundIn(data))), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: perform(session.refuse(tooLarge: true), context)
        case is NIOWebSocketError: perform(session.refuse(tooLarge: false), context)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is Overflow: perform(session.overflow(), context)
        case is ChannelShouldQuiesceEvent: perform(session.shutDown(), context)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func leave(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        feed.leave(context.channel, scope)
    }

    private static func read(_ frame: WebSocketFrame) -> WebSocketSession.Frame {
        guard frame.maskKey != nil else { return .illegal("a client masks its frames") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .illegal("no extension was agreed on") }
        var data = frame.unmaskedData
        switch frame.opcode {
        case .ping: return .ping(Array(data.readableBytesView))
        case .pong: return .pong
        case .text, .binary, .continuation: return .data
        case .connectionClose:
            // Either nothing, or a code and perhaps a reason.
            guard data.readableBytes > 0 else { return .close(code: nil) }
            return .close(code: data.readInteger(as: UInt16.self).map(Int.init) ?? 0)
        default: return .illegal("the kind of frame is reserved")
        }
    }

    private func perform(_ action: WebSocketSession.Action, _ context: ChannelHandlerContext) {
        if !session.isOpen { feed.leave(context.channel, scope) }
        switch action {
        case .nothing: break
        case .ping: write(.ping, ByteBuffer(), context)
        case .pong(let data): write(.pong, ByteBuffer(bytes: data), context)
        case .close(let goodbye, let hangsUp): sayGoodbye(goodbye.rawValue, hangsUp: hangsUp, context)
        case .echo(let code): sayGoodbye(code, hangsUp: true, context)
        case .drop: context.close(promise: nil)
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }

    private func sayGoodbye(_ code: Int?, hangsUp: Bool, _ context: ChannelHandlerContext) {
        var data = ByteBuffer()
        if let code { data.writeInteger(UInt16(clamping: code)) }
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)),
            promise: written
        )
        if hangsUp { written.futureResult.whenComplete { _ in channel.close(promise: nil) } }
        // A client that does not read would keep the frame from leaving, and one that does not answer the connection.
        context.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
    }
}
