import NIOCore

/// Gathers waiting commands into few, large writes.
///
/// Small commands are copied into one buffer, which costs less than a trip through the channel pipeline for each;
/// the body of a large one is handed over as it is.
struct CommandGatherer {
    /// What to hand to the channel next.
    struct Batch {
        let gathered: ByteBuffer
        /// The body of the last command, when it is large; its header ends `gathered`.
        let largeBody: ByteBuffer?
    }

    /// From this many bytes on, a body is written without a copy.
    static let largeBodySize = 16 << 10
    /// How much is gathered before it is handed to the channel.
    private static let gatheredSize = 128 << 10

    private var buffer = ByteBufferAllocator().buffer(capacity: 4096)

    /// Takes commands from the queue until a batch is full or `maxUnanswered` replies are outstanding; nil for none.
    mutating func nextBatch(
        from queue: inout CommandQueue,
        maxUnanswered: Int,
        at now: NIODeadline
    ) -> Batch? {
        guard !queue.waiting.isEmpty, queue.written.count < maxUnanswered else { return nil }
        // In place, unless the channel still holds the previous batch: then this allocates.
        buffer.clear()
        while queue.written.count < maxUnanswered, let command = queue.writeNext(at: now) {
            buffer.writeCommandHeader(argumentCount: command.argumentCount)
            guard command.body.readableBytes < Self.largeBodySize else {
                return Batch(gathered: buffer, largeBody: command.body)
            }
            buffer.writeImmutableBuffer(command.body)
            if buffer.readableBytes >= Self.gatheredSize { break }
        }
        return Batch(gathered: buffer, largeBody: nil)
    }

    /// Encodes commands that bypass the queue.
    static func encode(_ commands: some Collection<RedisCommand>) -> ByteBuffer {
        var buffer = ByteBuffer()
        for command in commands {
            buffer.writeCommandHeader(argumentCount: command.argumentCount)
            buffer.writeImmutableBuffer(command.body)
        }
        return buffer
    }
}
