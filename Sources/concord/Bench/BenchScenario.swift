/// What is measured.
enum BenchScenario: String, CaseIterable, Codable {
    case commands16 = "commands-16"
    case commands64 = "commands-64"
    case enqueueSingle = "enqueue-single"
    case enqueueConcurrent = "enqueue-concurrent"
    case enqueueBulk = "enqueue-bulk"
    case drain
    case drainDiscard = "drain-discard"
    case both
    case latency
    case chain
    case fan
    case crash
    case memory
    case httpSingle = "http-single"
    case httpBatch = "http-batch"
    case delay
    case processes
    case idle
    case growth

    /// The scenarios of a plain run; the others look at one question and take longer.
    static let standard: [BenchScenario] = [
        .commands16, .commands64, .enqueueSingle, .enqueueConcurrent, .enqueueBulk, .drain, .drainDiscard, .both,
        .latency, .chain, .fan, .crash, .memory, .httpSingle, .httpBatch,
    ]

    /// What is timed.
    var summary: String {
        switch self {
        case .commands16, .commands64:
            "the Redis client alone: XADDs of 250 bytes, so many outstanding on one connection"
        case .enqueueSingle: "one producer enqueues one job after another"
        case .enqueueConcurrent: "fifty callers in one process enqueue one by one"
        case .enqueueBulk: "one producer enqueues 10,000 jobs a call"
        case .drain: "jobs wait; one worker process runs them, results kept: first job's start to last job's end"
        case .drainDiscard: "the same with nothing kept of a completed job, by its own policy"
        case .both: "producer and worker at once"
        case .latency: "idle worker, a job every 20 ms: from just before its enqueue to the first line of its action"
        case .chain: "four steps in a row: from just before the enqueue to the last step"
        case .fan: "one step, twenty, and one that waits for them: from just before the enqueue to the last step"
        case .crash:
            "1,000 jobs of 20 ms; the worker is killed at about 40 %, another starts: lost, doubled, seconds until all that ran are done again"
        case .memory: "Redis' memory for a waiting and for a running job, beyond its payload"
        case .httpSingle: "POST /jobs from 16 connections (wrk)"
        case .httpBatch: "POST /jobs/batch of 100 jobs from 4 connections (wrk)"
        case .delay: "enqueue, drain and latency with a round trip that takes 0, 1 and 2 ms longer"
        case .processes: "drain with 1, 2 and 4 worker processes"
        case .idle:
            "Redis' processor time while 1 to 10,000 connections wait for jobs, and the pick-up latency beside them"
        case .growth: "time per job with 1 thousand to 5 million jobs waiting"
        }
    }

    /// Whether the wrk program makes the load.
    var needsWrk: Bool { self == .httpSingle || self == .httpBatch }
}
