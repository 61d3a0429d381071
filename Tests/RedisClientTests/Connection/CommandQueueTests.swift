import NIOCore
import Synchronization
import Testing

@testable import RedisClient

@Suite struct CommandQueueTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func command(_ id: UInt64, timeout: TimeAmount = .seconds(5)) -> PendingCommand {
        PendingCommand(
            id: id,
            command: RedisCommand("GET", "\(id)"),
            timeout: timeout,
            completion: .callback { _ in }
        )
    }

    private func queue(written: Int, waiting: Int) -> CommandQueue {
        var queue = CommandQueue()
        for id in 0..<written + waiting { queue.enqueue(command(UInt64(id)), at: start) }
        for _ in 0..<written { _ = queue.writeNext(at: start) }
        return queue
    }

    @Test func `replies belong to the commands in the order of writing`() {
        var queue = queue(written: 3, waiting: 1)
        #expect((0..<4).map { _ in queue.takeAnswered()?.id } == [0, 1, 2, nil])
        #expect(queue.waiting.map(\.id) == [3])
    }

    @Test func `a cancelled command is removed while unwritten and keeps its place once written`() {
        var queue = queue(written: 2, waiting: 2)
        let failures = queue.cancel([0, 3])
        #expect(failures.map(\.error.mayHaveExecuted).sorted { !$0 && $1 } == [false, true])
        #expect(failures.allSatisfy { $0.error.code == .cancelled })
        #expect(queue.written.map { $0.completion == nil } == [true, false])
        #expect(queue.waiting.map(\.id) == [2])
        #expect(queue.cancel([0, 3]).isEmpty)
    }

    @Test func `an unwritten command waits for a connection no longer than for its reply`() {
        var queue = CommandQueue()
        queue.enqueue(command(1, timeout: .seconds(1)), at: start)
        queue.enqueue(command(2, timeout: .seconds(60)), at: start)
        #expect(queue.earliestExpiry(connectTimeout: .seconds(3)) == start + .seconds(1))
        let late = queue.expireWaiting(at: start + .seconds(3), connectTimeout: .seconds(3), error: .commandTimedOut)
        #expect(late.count == 2)
        #expect(late.allSatisfy { !$0.error.mayHaveExecuted && $0.error.command == "GET" })
        #expect(queue.earliestExpiry(connectTimeout: nil) == nil)
    }

    @Test func `the deadline of a reply runs from the writing`() {
        var queue = CommandQueue()
        queue.enqueue(command(1, timeout: .seconds(1)), at: start)
        _ = queue.writeNext(at: start + .seconds(10))
        #expect(!queue.hasOverdueReply(at: start + .seconds(10)))
        #expect(queue.hasOverdueReply(at: start + .seconds(11)))
    }

    @Test func `when a connection ends, overdue commands timed out and the others were lost`() {
        var queue = CommandQueue()
        queue.enqueue(command(1, timeout: .seconds(1)), at: start)
        queue.enqueue(command(2, timeout: .seconds(9)), at: start)
        queue.enqueue(command(3), at: start)
        for _ in 0..<2 { _ = queue.writeNext(at: start) }
        let lost = RedisError(.connectionLost, message: "gone")
        let failures = queue.failWritten(lost, at: start + .seconds(2))
        #expect(failures.map(\.error.code) == [.commandTimedOut, .connectionLost])
        #expect(failures.map(\.error.mayHaveExecuted) == [true, true])
        #expect(queue.written.isEmpty)
        #expect(queue.waiting.map(\.id) == [3])
    }

    @Test func `a batch is gathered up to the limit of unanswered commands`() {
        var queue = queue(written: 1, waiting: 5)
        var gatherer = CommandGatherer()
        let batch = gatherer.nextBatch(from: &queue, maxUnanswered: 3, at: start)
        #expect(
            batch.map { String(buffer: $0.gathered) } == "*2\r\n$3\r\nGET\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\n2\r\n"
        )
        let isFull = gatherer.nextBatch(from: &queue, maxUnanswered: 3, at: start) == nil
        #expect(isFull)
        #expect(queue.waiting.count == 3)
    }

    @Test func `a large body leaves without being copied, behind its header`() throws {
        var queue = CommandQueue()
        let value = String(repeating: "x", count: CommandGatherer.largeBodySize)
        queue.enqueue(command(1), at: start)
        var large = RedisCommand("SET", "k")
        large.append(value)
        queue.enqueue(
            PendingCommand(id: 2, command: large, timeout: .seconds(1), completion: .callback { _ in }),
            at: start
        )
        var gatherer = CommandGatherer()
        let batch = try #require(gatherer.nextBatch(from: &queue, maxUnanswered: 9, at: start))
        #expect(String(buffer: batch.gathered) == "*2\r\n$3\r\nGET\r\n$1\r\n1\r\n*3\r\n")
        let body = try #require(batch.largeBody)
        let isSameMemory = large.body.withUnsafeReadableBytes { original in
            body.withUnsafeReadableBytes { $0.baseAddress == original.baseAddress }
        }
        #expect(isSameMemory)
    }
}

extension CommandQueue {
    fileprivate mutating func enqueue(_ command: PendingCommand, at now: NIODeadline) {
        let inbox = CommandInbox()
        _ = inbox.append(command)
        var contents = CommandInbox.Contents()
        inbox.exchange(&contents)
        enqueue(&contents.commands, at: now)
    }
}
