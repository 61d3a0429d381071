import ArgumentParser
import Foundation
import JobModel
import JobQueue
import RedisClient

/// The producer process that a harness compares with those of other queues.
struct PeerProducerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer-produce",
        abstract: "A producer for a harness that measures several queues alike.",
        discussion: """
            Prints one JSON object: the seconds and the processor time of the enqueueing, or the milliseconds of each flow.

            Example: concord bench peer-produce bulk 10000 --port 6390 --folder /tmp/probe
            """,
        shouldDisplay: false
    )

    /// What it does.
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        /// Enqueues one job after another.
        case single
        /// Enqueues in one call for many.
        case bulk
        /// Enqueues one by one from fifty callers.
        case concurrent
        /// The fastest of these.
        case best
        /// Enqueues a job every 20 ms that says when it was sent.
        case lat
        /// Enqueues jobs of 20 ms.
        case workBulk = "work_bulk"
        /// Four steps in a row, one flow after another.
        case chainOne = "chain_one"
        /// One step, twenty, and one that waits for all of them.
        case fanOne = "fan_one"
    }

    @Argument(help: "What to do.")
    var mode: Mode

    @Argument(help: "How many jobs or flows.")
    var count: Int

    @OptionGroup var peer: PeerOptions

    @Option(help: "For how many seconds results are kept; 0 keeps nothing of a completed job.")
    var retention = 3600

    func run() async throws {
        let queue = try peer.queue()
        try await queue.prepare()
        let producer = BenchProducer(queue: queue, retention: .seconds(retention))
        let answer: JSONValue
        switch mode {
        case .lat:
            try await producer.timed(count)
            answer = ["mode": "lat", "n": .integer(count)]
        case .chainOne, .fanOne:
            let notes = try peer.notes()
            let waits = try await producer.flows(count, isFan: mode == .fanOne, notes: notes)
            await notes.close()
            answer = ["mode": .string(mode.rawValue), "n": .integer(count), "ms": .array(waits.map { .number($0) })]
        case .single, .bulk, .concurrent, .best, .workBulk:
            let processor = clock()
            let began = Bench.nanoseconds()
            switch mode {
            case .single: try await producer.single(count)
            case .concurrent: try await producer.concurrent(count, callers: 50)
            case .workBulk: try await producer.bulk(count, action: "work")
            default: try await producer.bulk(count)
            }
            let ended = Bench.nanoseconds()
            answer = [
                "mode": .string(mode == .best ? "bulk" : mode.rawValue), "n": .integer(count),
                "t0": .integer(began), "t1": .integer(ended), "sec": .number(Double(ended - began) / 1e9),
                "cpu": .number(Double(clock() - processor) / Double(CLOCKS_PER_SEC)),
            ]
        }
        print(try answer.encoded)
        await queue.close()
    }
}
