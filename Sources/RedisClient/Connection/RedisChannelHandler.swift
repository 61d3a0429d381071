import NIOCore

/// Feeds what a channel reads to the reply parser, and tells the connection what becomes of the channel.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: RedisConnection
    /// The attempt to connect that this channel belongs to.
    private let generation: Int
    private let reader: ReplyReader
    /// Set while the handler is in a pipeline.
    private(set) var context: ChannelHandlerContext?

    init(connection: RedisConnection, generation: Int) throws(RedisError) {
        self.connection = connection
        self.generation = generation
        reader = try ReplyReader()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !connection.opened(self, generation: generation) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes throws(RedisError) in
                try reader.read(bytes) { connection.received($0, generation: generation) }
            }
        } catch {
            connection.failed(.connection(error), generation: generation)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.readCompleted(generation: generation)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(generation: generation)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let error = RedisError(.connectionLost, message: "the server closed the connection")
        connection.failed(error, generation: generation)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.failed(.connection(error), generation: generation)
        context.close(promise: nil)
    }
}
