import Logging
import NIOCore
import Synchronization

/// The event-loop side of a client: it keeps one connection, writes what the inbox holds and matches the replies.
///
/// `@unchecked Sendable`: `inbox`, `connected` and `lastID` synchronise themselves, and every other variable is touched
/// on `eventLoop` only, which each method that is not marked as thread-safe asserts.
final class RedisConnection: @unchecked Sendable {
    let configuration: RedisConfiguration
    let eventLoop: any EventLoop

    private let inbox = CommandInbox()
    private let connected = Atomic<Bool>(false)
    private let lastID = Atomic<UInt64>(0)

    private let logger: Logger
    private let opener: ChannelOpener
    private let random: () -> Double
    private let connectTimeout: TimeAmount
    private var state: ConnectionState
    private(set) var queue = CommandQueue()
    /// The inbox's spare memory.
    private var emptied = CommandInbox.Contents()
    /// The channel in use, from its opening to its failure.
    private var handler: RedisChannelHandler?
    /// Counts the attempts to connect; events that carry an older number concern a channel that was given up.
    private var generation = 0
    private var gatherer = CommandGatherer()
    private var isWriting = false
    private var attemptTimer: Scheduled<Void>?
    private var expiryTimer: Scheduled<Void>?
    private var expiryTimerDeadline = NIODeadline.distantFuture
    /// Why the last attempt to connect failed; what commands are told that waited in vain.
    private var lastFailure: RedisError?

    init(
        configuration: RedisConfiguration,
        eventLoop: any EventLoop,
        logger: Logger,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        var logger = logger
        logger[metadataKey: "redis.endpoint"] = "\(configuration)"
        self.logger = logger
        self.random = random
        opener = ChannelOpener(configuration: configuration)
        connectTimeout = TimeAmount(configuration.connectTimeout)
        state = ConnectionState(
            backoff: configuration.backoff,
            handshakeLength: Handshake.steps(configuration).count
        )
    }
}

// MARK: - Thread-safe

extension RedisConnection {
    /// Whether the connection is open and logged in.
    ///
    /// Thread-safe.
    var isConnected: Bool { connected.load(ordering: .relaxed) }

    /// A number for a new command.
    ///
    /// Thread-safe.
    func makeID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Sends a command; its completion is called in any case.
    ///
    /// Thread-safe.
    func submit(_ command: PendingCommand) {
        act(on: inbox.append(command), refused: CollectionOfOne(command))
    }

    /// Sends commands one behind the other; their completions are called in any case.
    ///
    /// Thread-safe.
    func submit(_ commands: [PendingCommand]) {
        act(on: inbox.append(commands), refused: commands)
    }

    /// Gives up a command; nothing happens if it has ended.
    ///
    /// Thread-safe.
    func cancel(_ id: UInt64) {
        act(on: inbox.cancel(id), refused: EmptyCollection())
    }

    /// Closes for good and fails all commands; calls `completion` when the socket is closed.
    ///
    /// Thread-safe.
    func close(_ completion: (@Sendable () -> Void)? = nil) {
        inbox.close()
        eventLoop.execute { self.shutDown(completion) }
    }

    private func act(on verdict: CommandInbox.Verdict, refused: some Collection<PendingCommand> & Sendable) {
        switch verdict {
        case .noted:
            break
        case .wake:
            eventLoop.execute { self.drain() }
        case .closed:
            guard !refused.isEmpty else { return }
            eventLoop.execute {
                for command in refused { command.completion(.failure(.closed.with(command: command.command.name))) }
            }
        }
    }
}

// MARK: - Commands

extension RedisConnection {
    /// Takes over what the inbox holds, and writes it if there is a connection.
    private func drain() {
        eventLoop.assertInEventLoop()
        var contents = emptied
        emptied = CommandInbox.Contents()
        inbox.exchange(&contents)
        if let shortest = contents.commands.lazy.map(\.timeout).min() {
            let now = NIODeadline.now()
            queue.enqueue(&contents.commands, at: now)
            expire(noLaterThan: now + min(shortest, connectTimeout))
        }
        let cancelled = contents.cancelled
        contents.cancelled.removeAll()
        emptied = contents
        if !cancelled.isEmpty { complete(queue.cancel(cancelled)) }
        if !queue.waiting.isEmpty { perform(state.commandWaits()) }
    }

    private func complete(_ failures: [CommandQueue.Failure]) {
        for failure in failures { failure.completion(.failure(failure.error)) }
    }

    /// Writes what waits, until too many replies are outstanding or the socket's buffer is full.
    private func writeWaiting() {
        // Flushing can make the channel writable again, which would call this from within.
        guard !isWriting, let context = handler?.context else { return }
        isWriting = true
        defer { isWriting = false }
        let generation = generation
        let now = NIODeadline.now()
        var wrote = false
        repeat {
            wrote = false
            while context.channel.isWritable,
                let batch = gatherer.nextBatch(from: &queue, maxUnanswered: configuration.maxPendingCommands, at: now)
            {
                context.write(NIOAny(batch.gathered), promise: nil)
                if let body = batch.largeBody { context.write(NIOAny(body), promise: nil) }
                wrote = true
            }
            if wrote { context.flush() }
        } while wrote && generation == self.generation
    }

    /// A reply was read; returns whether the channel is still in use.
    func received(_ reply: RedisReply, generation: Int) -> Bool {
        guard generation == self.generation, handler != nil else { return false }
        guard let command = queue.takeAnswered() else {
            fail(RedisError(.protocolError, message: "a reply to no command"))
            return false
        }
        if let completion = command.completion {
            if reply.kind == .error {
                completion(.failure(RedisError(root: reply, command: command.name)))
            } else {
                completion(.success(reply))
            }
        }
        return generation == self.generation
    }

    /// All bytes of a read were parsed.
    func readCompleted(generation: Int) {
        guard generation == self.generation else { return }
        state.replied()
        if state.phase == .ready, !queue.waiting.isEmpty { writeWaiting() }
    }

    /// The socket's buffer has room again, or has none.
    func writabilityChanged(generation: Int) {
        guard generation == self.generation, state.phase == .ready else { return }
        writeWaiting()
    }
}

// MARK: - Connecting

extension RedisConnection {
    private func perform(_ action: ConnectionState.Action) {
        switch action {
        case .none: break
        case .connect: connect()
        case .sendHandshake: sendHandshake()
        case .becomeReady: becomeReady()
        case .writeWaiting: writeWaiting()
        case .pause(let pause, let failsWaiting): startPause(pause, failsWaiting: failsWaiting)
        }
    }

    private func connect() {
        generation += 1
        let generation = generation
        attemptTimer = eventLoop.assumeIsolated().scheduleTask(in: connectTimeout) {
            self.failed(RedisError(.connectTimedOut, message: "no connection in time"), generation: generation)
        }
        opener.open(on: eventLoop) { try RedisChannelHandler(connection: self, generation: generation) }
            .assumeIsolated()
            .whenFailure { error in
                self.failed(.connecting(error), generation: generation)
            }
    }

    /// A channel is open; returns false when it comes too late.
    func opened(_ handler: RedisChannelHandler, generation: Int) -> Bool {
        guard generation == self.generation, state.phase == .connecting else { return false }
        self.handler = handler
        perform(state.opened())
        return true
    }

    private func sendHandshake() {
        guard let context = handler?.context else { return }
        let generation = generation
        let steps = Handshake.steps(configuration)
        for step in steps {
            let completion = Completion.callback { result in
                guard generation == self.generation else { return }
                if case .failure(let error) = result, !step.tolerates(error) {
                    self.fail(error)
                } else {
                    self.perform(self.state.handshakeReplied())
                }
            }
            queue.expect(
                WrittenCommand(id: 0, name: step.command.name, deadline: .distantFuture, completion: completion)
            )
        }
        context.writeAndFlush(NIOAny(CommandGatherer.encode(steps.map(\.command))), promise: nil)
    }

    private func becomeReady() {
        attemptTimer?.cancel()
        attemptTimer = nil
        lastFailure = nil
        connected.store(true, ordering: .relaxed)
        logger.debug("connected to Redis")
        writeWaiting()
    }

    /// The channel, or the attempt to open one, ended; ignored when it was given up before.
    func failed(_ error: RedisError, generation: Int) {
        guard generation == self.generation else { return }
        fail(error)
    }

    /// Drops the channel, ends what was written, and pauses before another attempt.
    private func fail(_ error: RedisError) {
        eventLoop.assertInEventLoop()
        // A peer that hangs up before it answered the handshake never was a connection.
        let isOpening = state.phase != .ready
        let error = isOpening && error.code == .connectionLost ? error.with(code: .connectFailed) : error
        dropChannel()
        lastFailure = error
        logger.warning("lost the connection to Redis", metadata: ["error": "\(error)"])
        let action = state.failed(error, random: random())
        complete(queue.failWritten(error, at: .now()))
        perform(action)
    }

    private func dropChannel() {
        generation += 1
        attemptTimer?.cancel()
        attemptTimer = nil
        connected.store(false, ordering: .relaxed)
        handler?.context?.close(promise: nil)
        handler = nil
    }

    private func startPause(_ pause: Duration, failsWaiting: Bool) {
        if failsWaiting, let lastFailure { complete(queue.failWaiting(lastFailure)) }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(pause)) {
            self.perform(self.state.pauseEnded(commandsWait: !self.queue.waiting.isEmpty))
        }
        rearmExpiry()
    }

    private func shutDown(_ completion: (@Sendable () -> Void)?) {
        drain()
        let closing = handler?.context?.channel.closeFuture
        state.close()
        dropChannel()
        expiryTimer?.cancel()
        complete(queue.failWritten(.closed, at: .uptimeNanoseconds(0)))
        complete(queue.failWaiting(.closed))
        guard let completion else { return }
        guard let closing else { return completion() }
        closing.whenComplete { _ in completion() }
    }
}

// MARK: - Expiry

extension RedisConnection {
    /// Nil while there is a connection: an unwritten command then only waits for room.
    private var connectTimeoutOfWaiting: TimeAmount? { state.phase == .ready ? nil : connectTimeout }

    /// Sees to it that expired commands are looked for at `deadline` or before.
    ///
    /// One timer serves all commands. It is not moved when a command ends, so a steady load sets it once per timeout.
    private func expire(noLaterThan deadline: NIODeadline) {
        guard deadline < expiryTimerDeadline else { return }
        expiryTimer?.cancel()
        expiryTimerDeadline = deadline
        expiryTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.expireOverdue() }
    }

    private func rearmExpiry() {
        guard let next = queue.earliestExpiry(connectTimeout: connectTimeoutOfWaiting) else { return }
        expire(noLaterThan: next)
    }

    private func expireOverdue() {
        expiryTimerDeadline = .distantFuture
        expiryTimer = nil
        let now = NIODeadline.now()
        let isReady = state.phase == .ready
        let noConnection = lastFailure ?? RedisError(.connectTimedOut, message: "no connection in time")
        complete(
            queue.expireWaiting(
                at: now,
                connectTimeout: connectTimeoutOfWaiting,
                error: isReady ? .commandTimedOut : noConnection
            )
        )
        if isReady, queue.hasOverdueReply(at: now) {
            fail(RedisError(.connectionLost, message: "closed, as the server left another command unanswered"))
        }
        rearmExpiry()
    }
}
