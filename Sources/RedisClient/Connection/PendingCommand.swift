import NIOCore

/// A command on its way to the server, with who waits for it.
struct PendingCommand: Sendable {
    let id: UInt64
    let command: RedisCommand
    let timeout: TimeAmount
    let completion: Completion
    /// When the event loop took it over; the start of its wait for a connection.
    var queuedAt = NIODeadline.uptimeNanoseconds(0)
}

/// A command that was written and not answered yet.
struct WrittenCommand {
    let id: UInt64
    let name: String
    let deadline: NIODeadline
    /// Nil once the waiting task was cancelled; the reply is then dropped when it comes.
    var completion: Completion?
}

/// Who learns of a command's end; called exactly once, on the event loop.
enum Completion: Sendable {
    case task(UnsafeContinuation<Result<RedisReply, RedisError>, Never>)
    case callback(@Sendable (Result<RedisReply, RedisError>) -> Void)
    case batch(CommandBatch, index: Int)

    func callAsFunction(_ result: Result<RedisReply, RedisError>) {
        switch self {
        case .task(let continuation): continuation.resume(returning: result)
        case .callback(let callback): callback(result)
        case .batch(let batch, let index): batch.complete(index, with: result)
        }
    }
}

/// The results of a pipeline, and the one task that waits for all of them.
///
/// `@unchecked Sendable`: made by the caller, then handed over through the inbox's lock to the event loop, where every
/// completion runs; the caller reads nothing but what the continuation delivers.
final class CommandBatch: @unchecked Sendable {
    private var results: [Result<RedisReply, RedisError>]
    private var missing: Int
    private let continuation: UnsafeContinuation<[Result<RedisReply, RedisError>], Never>

    init(count: Int, continuation: UnsafeContinuation<[Result<RedisReply, RedisError>], Never>) {
        results = Array(repeating: .success(.null), count: count)
        missing = count
        self.continuation = continuation
    }

    fileprivate func complete(_ index: Int, with result: Result<RedisReply, RedisError>) {
        results[index] = result
        missing -= 1
        if missing == 0 { continuation.resume(returning: results) }
    }
}
