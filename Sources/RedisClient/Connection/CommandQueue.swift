import DequeModule
import NIOCore

/// The commands of one client in order: those that wait to be written, then those that wait for their replies.
///
/// A value without I/O: whatever leaves it early is returned with its error, for the owner to complete.
struct CommandQueue {
    /// A command that ends without a reply.
    struct Failure {
        let completion: Completion
        let error: RedisError
    }

    private(set) var waiting: Deque<PendingCommand> = []
    private(set) var written: Deque<WrittenCommand> = []

    /// Takes over commands in their order, leaving `commands` empty; usually by exchanging the memory of the two.
    mutating func enqueue(_ commands: inout Deque<PendingCommand>, at now: NIODeadline) {
        for index in commands.indices { commands[index].queuedAt = now }
        if waiting.isEmpty {
            swap(&waiting, &commands)
        } else {
            waiting.append(contentsOf: commands)
            commands.removeAll(keepingCapacity: true)
        }
    }

    /// Takes the next command to write, and expects its reply after those of all commands written before.
    mutating func writeNext(at now: NIODeadline) -> RedisCommand? {
        guard let next = waiting.popFirst() else { return nil }
        written.append(
            WrittenCommand(
                id: next.id,
                name: next.command.name,
                deadline: now + next.timeout,
                completion: next.completion
            )
        )
        return next.command
    }

    /// Expects the reply of a command that was written past the queue.
    mutating func expect(_ command: WrittenCommand) {
        written.append(command)
    }

    /// The command that the next reply belongs to.
    mutating func takeAnswered() -> WrittenCommand? {
        written.popFirst()
    }

    /// Gives up commands whose tasks were cancelled: an unwritten one is never sent, the reply of a written one is
    /// dropped when it comes, its deadline still watching the server.
    mutating func cancel(_ ids: Set<UInt64>) -> [Failure] {
        var failures = removeWaiting({ ids.contains($0.id) }) { _ in .cancelled }
        for index in written.indices where ids.contains(written[index].id) {
            guard let completion = written[index].completion else { continue }
            written[index].completion = nil
            let error = RedisError.cancelled.with(command: written[index].name, mayHaveExecuted: true)
            failures.append(Failure(completion: completion, error: error))
        }
        return failures
    }

    /// Gives up the unwritten commands that waited since before `limit` allows.
    mutating func expireWaiting(
        at now: NIODeadline,
        connectTimeout: TimeAmount?,
        error: RedisError
    ) -> [Failure] {
        removeWaiting({ $0.expiry(connectTimeout: connectTimeout) <= now }) { _ in error }
    }

    /// Gives up all commands that were not written.
    mutating func failWaiting(_ error: RedisError) -> [Failure] {
        removeWaiting({ _ in true }) { _ in error }
    }

    /// Gives up all written commands: those beyond their deadline timed out, the others ended with `error`.
    mutating func failWritten(_ error: RedisError, at now: NIODeadline) -> [Failure] {
        defer { written.removeAll() }
        return written.compactMap { command in
            command.completion.map { completion in
                let cause = command.deadline <= now ? RedisError.commandTimedOut : error
                return Failure(completion: completion, error: cause.with(command: command.name, mayHaveExecuted: true))
            }
        }
    }

    /// Whether a written command is beyond its deadline.
    func hasOverdueReply(at now: NIODeadline) -> Bool {
        written.contains { $0.deadline <= now }
    }

    /// The next moment at which a command can expire; `connectTimeout` is nil while there is a connection.
    func earliestExpiry(connectTimeout: TimeAmount?) -> NIODeadline? {
        let unwritten = waiting.lazy.map { $0.expiry(connectTimeout: connectTimeout) }.min()
        let unanswered = written.lazy.map(\.deadline).min()
        return [unwritten, unanswered].compactMap(\.self).min()
    }

    private mutating func removeWaiting(
        _ isRemoved: (PendingCommand) -> Bool,
        error: (PendingCommand) -> RedisError
    ) -> [Failure] {
        var failures: [Failure] = []
        waiting.removeAll { command in
            guard isRemoved(command) else { return false }
            let error = error(command).with(command: command.command.name, mayHaveExecuted: false)
            failures.append(Failure(completion: command.completion, error: error))
            return true
        }
        return failures
    }
}

extension PendingCommand {
    /// When the command stops waiting to be written.
    func expiry(connectTimeout: TimeAmount?) -> NIODeadline {
        queuedAt + min(timeout, connectTimeout ?? timeout)
    }
}
