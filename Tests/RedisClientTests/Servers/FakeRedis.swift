import NIOCore
import NIOPosix
import Synchronization

@testable import RedisClient

/// A server that answers each command as a script says, to misbehave where a real one would not.
final class FakeRedis: Sendable {
    /// What a connection does about a command.
    enum Reaction: Sendable {
        case reply(String)
        case replyAndClose(String)
        case close
        case silence
        /// Replies, then stops reading from the socket until `resumeReading()`.
        case replyAndStopReading(String)
    }

    /// A command as the server saw it.
    struct Command: Sendable, Equatable {
        /// The number of its connection, from 0.
        let connection: Int
        /// Its own number on that connection, from 0, not counting answered PINGs of the handshake.
        let number: Int
        let words: [String]
    }

    typealias Script = @Sendable (Command) -> Reaction

    /// The commands given to the script, as they arrive.
    let commands: AsyncStream<Command>
    /// The numbers of the connections that end.
    let closures: AsyncStream<Int>
    private let listener: any Channel
    private let shared: Shared

    /// State and signals that the server shares with the handlers of its connections.
    fileprivate final class Shared: Sendable {
        let script: Script
        let answersPings: Bool
        let commands: AsyncStream<Command>.Continuation
        let closures: AsyncStream<Int>.Continuation
        let connections = Mutex<[any Channel]>([])

        init(
            script: @escaping Script,
            answersPings: Bool,
            commands: AsyncStream<Command>.Continuation,
            closures: AsyncStream<Int>.Continuation
        ) {
            self.script = script
            self.answersPings = answersPings
            self.commands = commands
            self.closures = closures
        }
    }

    /// Listens on 127.0.0.1; port 0 takes a free one.
    ///
    /// PINGs are answered unless the script is to see them.
    init(port: Int = 0, answersPings: Bool = true, script: @escaping Script) async throws {
        let (commands, commandSink) = AsyncStream.makeStream(of: Command.self)
        let (closures, closureSink) = AsyncStream.makeStream(of: Int.self)
        let shared = Shared(script: script, answersPings: answersPings, commands: commandSink, closures: closureSink)
        self.commands = commands
        self.closures = closures
        self.shared = shared
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = shared.connections.withLock { connections in
                        connections.append(channel)
                        return connections.count - 1
                    }
                    try channel.pipeline.syncOperations.addHandler(FakeRedisHandler(number: number, shared: shared))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
    }

    var port: Int { listener.localAddress?.port ?? 0 }

    /// How many connections were accepted so far.
    var connectionCount: Int { shared.connections.withLock(\.count) }

    /// The configuration of a client, with short pauses, and timeouts that only a test of timeouts should see.
    func configuration(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisConfiguration {
        var configuration = RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: port))
        configuration.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(50))
        configuration.connectTimeout = .seconds(120)
        configuration.commandTimeout = .seconds(120)
        change(&configuration)
        return configuration
    }

    func resumeReading() async throws {
        for connection in shared.connections.withLock(\.self) where connection.isActive {
            try await connection.setOption(.autoRead, value: true).get()
        }
    }

    /// Stops listening and ends all connections.
    func close() async {
        for channel in [listener] + shared.connections.withLock(\.self) {
            // A connection may have ended by itself.
            _ = try? await channel.close().get()
        }
    }
}

private final class FakeRedisHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let number: Int
    private let shared: FakeRedis.Shared
    private var unread = ByteBuffer()
    private var commandCount = 0

    init(number: Int, shared: FakeRedis.Shared) {
        self.number = number
        self.shared = shared
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        unread.writeBuffer(&incoming)
        while let words = unread.readCommand() { react(to: words, context: context) }
        unread.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        shared.closures.yield(number)
    }

    private func react(to words: [String], context: ChannelHandlerContext) {
        if shared.answersPings, words == ["PING"] {
            context.writeAndFlush(NIOAny(ByteBuffer(string: "+PONG\r\n")), promise: nil)
            return
        }
        let command = FakeRedis.Command(connection: number, number: commandCount, words: words)
        commandCount += 1
        switch shared.script(command) {
        case .silence: break
        case .close: context.close(promise: nil)
        case .reply(let text): context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        case .replyAndStopReading(let text):
            context.channel.setOption(.autoRead, value: false).assumeIsolated().whenSuccess {
                context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            }
        case .replyAndClose(let text):
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        }
        shared.commands.yield(command)
    }
}

extension ByteBuffer {
    /// Takes one complete command, or nothing.
    fileprivate mutating func readCommand() -> [String]? {
        var rest = self
        guard let count = rest.readHeader("*") else { return nil }
        var words: [String] = []
        for _ in 0..<count {
            guard let length = rest.readHeader("$"), let word = rest.readString(length: length),
                rest.readString(length: 2) == "\r\n"
            else { return nil }
            words.append(word)
        }
        self = rest
        return words
    }

    private mutating func readHeader(_ marker: Character) -> Int? {
        guard let end = readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
            let line = readString(length: end - readerIndex + 1), line.first == marker
        else { return nil }
        return Int(line.dropFirst().dropLast(1))
    }
}
