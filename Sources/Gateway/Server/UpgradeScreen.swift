import NIOCore
import NIOHTTP1

/// Lets a connection's first request ask for an upgrade only where it will get it.
///
/// The upgrade handler behind it drops the head of a request whose upgrade is refused, and fails on one that has a body,
/// such as the POST with `Upgrade: h2c` that some clients send first. So the question is settled here: a request that
/// does not become a WebSocket loses its `Upgrade` header, and goes to the ordinary responder.
final class UpgradeScreen: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let doorman: LiveDoorman
    /// The parts of the first request that wait for the answer; `nil` before it has begun.
    private var waiting: [HTTPServerRequestPart]?

    init(doorman: LiveDoorman) { self.doorman = doorman }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if waiting != nil {
            waiting?.append(part)
            return
        }
        guard case .head(let head) = part, head.headers.contains(name: "upgrade") else {
            waiting = [part]
            pass(context)
            return
        }
        waiting = [part]
        guard doorman.concerns(head) else {
            refuse(context)
            return
        }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let doorman = doorman
        context.eventLoop.makeFutureWithTask { await doorman.lets(head) }.whenComplete { result in
            let (handler, context) = bound.value
            if case .success(true) = result { handler.pass(context) } else { handler.refuse(context) }
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        if case .head(var head)? = waiting?.first {
            head.headers.remove(name: "upgrade")
            waiting?[0] = .head(head)
        }
        pass(context)
    }

    /// Hands on what has waited and leaves.
    private func pass(_ context: ChannelHandlerContext) {
        for part in waiting ?? [] { context.fireChannelRead(wrapInboundOut(part)) }
        waiting = []
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
