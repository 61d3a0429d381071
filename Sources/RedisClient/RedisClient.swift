package import Logging
package import NIOCore
import NIOPosix

/// One multiplexed connection that opens itself at the first command and reopens itself when it breaks.
///
/// Commands may be sent from any thread. Those of one event-loop tick leave in one write, and replies come in the order
/// of the commands. A blocked read (XREADGROUP … BLOCK) holds up whatever is sent behind it, so it gets a client of its
/// own, with the time it may block plus a margin as its timeout.
///
/// Waiting: an unwritten command waits for a connection for `connectTimeout` or its own timeout, whichever is shorter,
/// so that a short restart of the server costs nothing; then it fails with what prevented the connection. A wrong
/// password, database or certificate fails it at once. From the moment it is written, its own timeout runs. When that
/// passes, the server is presumed gone: the connection is closed, the command fails with `commandTimedOut` and those
/// behind it with `connectionLost`, all of them with `mayHaveExecuted`. Nothing that was written is sent again.
///
/// Back-pressure: beyond `maxPendingCommands` unanswered commands or `maxPendingBytes` in the socket's buffer, commands
/// stay unwritten and their senders suspended until there is room, at most for their timeout.
package final class RedisClient: Sendable {
    /// Where the connection lives and callbacks run.
    package var eventLoop: any EventLoop { connection.eventLoop }

    let connection: RedisConnection
    let loads = LibraryLoads()

    /// Makes a client of one event loop, which must be one of NIOPosix; nothing is opened yet.
    package init(configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger) {
        connection = RedisConnection(configuration: configuration, eventLoop: eventLoop, logger: logger)
    }

    /// Makes a client on one of the process' shared event loops.
    package convenience init(configuration: RedisConfiguration, logger: Logger) {
        self.init(configuration: configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
    }

    deinit {
        // Nobody can wait for a command any more, as a sender keeps the client alive.
        connection.close()
    }

    /// How the client was made.
    package var configuration: RedisConfiguration { connection.configuration }

    /// Whether there is a connection, logged in, at this moment.
    package var isConnected: Bool { connection.isConnected }

    /// Sends a command and waits for its reply.
    ///
    /// Cancelling the task ends the wait at once: an unwritten command is not sent any more, the reply of a written one
    /// is dropped when it comes.
    /// Throws: the server's error reply, or why there was no reply.
    package func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RedisReply {
        let connection = connection
        let id = connection.makeID()
        let timeout = timeAmount(timeout)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                connection.submit(
                    PendingCommand(id: id, command: command, timeout: timeout, completion: .task(continuation))
                )
                // A cancellation before this point asked for a command that was not there yet.
                if Task.isCancelled { connection.cancel(id) }
            }
        } onCancel: {
            connection.cancel(id)
        }
        return try result.get()
    }

    /// Sends a command and calls `completion` on the event loop, for code that lives there.
    ///
    /// The caller bounds how many of its commands are outstanding, as nothing can suspend it.
    package func send(
        _ command: RedisCommand,
        timeout: Duration? = nil,
        completion: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void
    ) {
        connection.submit(
            PendingCommand(
                id: connection.makeID(),
                command: command,
                timeout: timeAmount(timeout),
                completion: .callback(completion)
            )
        )
    }

    /// Sends commands in one write and waits for all replies, which come in the order of the commands.
    ///
    /// Not a transaction: each command succeeds or fails on its own. Cancelling the task ends the wait at once.
    package func pipeline(
        _ commands: [RedisCommand],
        timeout: Duration? = nil
    ) async -> [Result<RedisReply, RedisError>] {
        guard !commands.isEmpty else { return [] }
        let connection = connection
        let id = connection.makeID()
        let timeout = timeAmount(timeout)
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let batch = CommandBatch(count: commands.count, continuation: continuation)
                connection.submit(
                    commands.enumerated().map { index, command in
                        PendingCommand(
                            id: id,
                            command: command,
                            timeout: timeout,
                            completion: .batch(batch, index: index)
                        )
                    }
                )
                if Task.isCancelled { connection.cancel(id) }
            }
        } onCancel: {
            connection.cancel(id)
        }
    }

    /// Sends commands in one write and returns at once; ``StartedPipeline/replies()`` waits for the replies.
    ///
    /// So a caller encodes its next commands while the server works on these. What is started first is written first.
    /// The caller bounds how many of its commands are outstanding, as nothing suspends it here.
    package func start(_ commands: [RedisCommand], timeout: Duration? = nil) -> StartedPipeline {
        let connection = connection
        let id = connection.makeID()
        let pipeline = StartedPipeline(count: commands.count) { connection.cancel(id) }
        guard !commands.isEmpty else { return pipeline }
        let timeout = timeAmount(timeout)
        connection.submit(
            commands.enumerated().map { index, command in
                PendingCommand(
                    id: id,
                    command: command,
                    timeout: timeout,
                    completion: .callback { pipeline.complete(index, with: $0) }
                )
            }
        )
        return pipeline
    }

    /// Closes the connection for good.
    ///
    /// Commands without a reply fail with `closed`; whoever needs their outcome waits for it first. A second call
    /// does nothing.
    package func close() async {
        await withUnsafeContinuation { continuation in
            connection.close { continuation.resume() }
        }
    }

    private func timeAmount(_ timeout: Duration?) -> TimeAmount {
        TimeAmount(timeout ?? connection.configuration.commandTimeout)
    }
}
