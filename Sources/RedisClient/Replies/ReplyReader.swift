import CHiredis

/// hiredis' incremental reply parser, feeding a `ReplyArena`.
///
/// One reader serves one connection; after an error it stays failed, as the position in the stream is lost.
/// Not `Sendable`: it belongs to the channel handler that owns it.
final class ReplyReader {
    /// How many bytes are handed to hiredis at once.
    ///
    /// It moves the unread rest of its buffer to the front after every reply that ends beyond 1 KiB, so a large feed of
    /// small replies would be moved again and again.
    private static let feedSize = 4096

    /// The longest status, error or header line; hiredis searches an unfinished line from its start on every feed.
    private static let maximumLineLength = 1 << 20

    private let reader: UnsafeMutablePointer<redisReader>
    private let callbacks: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let arena: UnsafeMutablePointer<ReplyArena>
    private let limits: ReplyArena.Limits

    /// Makes a reader.
    ///
    /// Throws: `protocolError` when memory is exhausted, the only way in which hiredis fails to make one.
    init(limits: ReplyArena.Limits = .init()) throws(RedisError) {
        let callbacks = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        callbacks.initialize(to: .arenaCallbacks)
        guard let reader = redisReaderCreateWithFunctions(callbacks) else {
            callbacks.deallocate()
            throw RedisError(.protocolError, message: "no memory for a reply reader")
        }
        let arena = UnsafeMutablePointer<ReplyArena>.allocate(capacity: 1)
        arena.initialize(to: ReplyArena(limits: limits))
        reader.pointee.privdata = UnsafeMutableRawPointer(arena)
        // The buffer is kept between feeds unless a large reply blew it up.
        reader.pointee.maxbuf = 16 * Self.feedSize
        self.reader = reader
        self.callbacks = callbacks
        self.arena = arena
        self.limits = limits
    }

    deinit {
        redisReaderFree(reader)
        callbacks.deallocate()
        arena.deinitialize(count: 1)
        arena.deallocate()
    }

    /// Parses `bytes` and hands every reply that they complete to `receive`, until it answers false.
    ///
    /// Throws: `protocolError` for bytes that are no RESP2, or exceed a limit.
    func read(_ bytes: UnsafeRawBufferPointer, receive: (RedisReply) -> Bool) throws(RedisError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.feedSize))
            rest = rest.dropFirst(piece.count)
            guard redisReaderFeed(reader, piece.baseAddress, piece.count) == REDIS_OK else { throw protocolError() }
            while let reply = try nextReply() {
                guard receive(reply) else { return }
            }
            try checkUnfinishedReply()
        }
    }

    private func nextReply() throws(RedisError) -> RedisReply? {
        var handle: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &handle) == REDIS_OK else { throw protocolError() }
        return handle == nil ? nil : arena.pointee.takeReply()
    }

    /// Refuses a line that never ends and a string longer than the limit before they are buffered.
    private func checkUnfinishedReply() throws(RedisError) {
        let start = reader.pointee.pos
        let end = reader.pointee.len
        guard reader.pointee.ridx >= 0, start < end, let buffer = reader.pointee.buf else { return }
        let unread = UnsafeRawBufferPointer(start: buffer + start, count: end - start)
        // The type byte is consumed, so an unfinished string begins with its length; anything else is a line, also an
        // integer whose line end is cut in two.
        var expected = Self.maximumLineLength
        if isReadingString, let lineEnd = unread.prefix(24).firstIndex(of: UInt8(ascii: "\r")),
            let length = Int(String(decoding: unread[..<lineEnd], as: UTF8.self))
        {
            guard length <= limits.bytes else {
                throw RedisError(.protocolError, message: "a string of \(length) bytes")
            }
            expected = max(expected, lineEnd + length + 4)
        }
        guard unread.count <= expected else {
            throw RedisError(.protocolError, message: "a line of more than \(Self.maximumLineLength) bytes")
        }
    }

    /// Whether hiredis is in the middle of a string, whose type byte it has read.
    private var isReadingString: Bool {
        withUnsafePointer(to: &reader.pointee.rstack) { stack in
            let tasks = UnsafeRawPointer(stack).assumingMemoryBound(to: redisReadTask.self)
            return tasks[Int(reader.pointee.ridx)].type == REDIS_REPLY_STRING
        }
    }

    private func protocolError() -> RedisError {
        if let failure = arena.pointee.failure { return RedisError(.protocolError, message: failure) }
        let message = withUnsafeBytes(of: reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(.protocolError, message: message)
    }
}

extension redisReplyObjectFunctions {
    /// The callbacks that build an arena instead of a tree; nothing to free, as the arena dies with the reply.
    fileprivate static var arenaCallbacks: redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, text, length in
                guard let task else { return nil }
                let kind: RedisReply.Kind =
                    switch task.pointee.type {
                    case REDIS_REPLY_STATUS: .status
                    case REDIS_REPLY_ERROR: .error
                    default: .string
                    }
                return place(task) { $0.store(UnsafeRawBufferPointer(start: text, count: length), as: kind) }
            },
            createArray: { task, count in
                guard let task else { return nil }
                return place(task) { $0.reserve(count: Int(count)) }
            },
            createInteger: { task, value in
                guard let task else { return nil }
                return place(task) { _ in RedisReply.Node(payload: Int(value), kind: .integer) }
            },
            createNil: { task in
                guard let task else { return nil }
                return place(task) { _ in RedisReply.Node() }
            },
            freeObject: { _ in }
        )
    }
}

/// Makes a node with `make` and stores it where hiredis' task stands; nil, as out of memory, when there is none.
private func place(
    _ task: UnsafePointer<redisReadTask>,
    _ make: (inout ReplyArena) -> RedisReply.Node?
) -> UnsafeMutableRawPointer? {
    guard let arena = task.pointee.privdata?.assumingMemoryBound(to: ReplyArena.self),
        let node = make(&arena.pointee)
    else { return nil }
    let parent = task.pointee.parent.map { Int(bitPattern: $0.pointee.obj) }
    let handle = arena.pointee.place(node, parent: parent, index: Int(task.pointee.idx))
    return UnsafeMutableRawPointer(bitPattern: handle)
}
