import RedisClient

@testable import JobModel
@testable import JobQueue

/// One random history, driven through the model and through the functions on a real Redis, side by side.
///
/// Every answer is compared; every fifth event the indexes, the streams and the records that the model has changed; every
/// fiftieth event and at the end all records there are. The clock of the functions is a key that only the
/// history writes, so that time passes in both worlds alike.
struct History {
    /// A step at which the two worlds parted.
    struct Discrepancy: CustomStringConvertible {
        var seed: UInt64
        var number: Int
        var differences: [String]
        var lastEvents: [String]

        var description: String {
            """
            history \(seed) parted from the model at event \(number); \
            replay it with CONCORD_MODEL_SEED=\(seed) CONCORD_MODEL_HISTORIES=1
            \(differences.joined(separator: "\n"))
            the last events:
            \(lastEvents.joined(separator: "\n"))
            """
        }
    }

    /// A clock for the library that stands still until a history moves it.
    static let clock = "local function server_time(base) return tonumber(redis.call('GET', base .. ':clock')) end"

    /// Where the clock of every history begins: a time of thirteen digits, as in life.
    private static let start = 1_700_000_000_000

    private let seed: UInt64
    private let partition: PartitionClient
    private let records: PartitionRecords
    private var model = PartitionModel()
    private var checked = PartitionModel()
    private var generator: HistoryGenerator
    private var now = start
    private var log: [(number: Int, at: Int, event: HistoryEvent)] = []

    /// A history in a partition of its own, which bears the library's suffix and the seed in its name.
    init(seed: UInt64, redis: RedisClient, functions: FunctionLibrary) {
        self.seed = seed
        let base = "{m\(functions.suffix)-\(seed):0}"
        partition = PartitionClient(base: base, redis: redis, functions: functions)
        records = PartitionRecords(base: base, redis: redis)
        generator = HistoryGenerator(seed: seed)
    }

    /// Runs the history, and removes its keys; returns where it parted from the model, `nil` when it did not.
    mutating func run(events: Int) async throws -> Discrepancy? {
        _ = try await partition.send(RedisCommand("SET", "\(partition.base):clock", String(now)))
        for number in 1...events {
            let event = generator.next(model, now: now)
            log.append((number, now - Self.start, event))
            var differences = try await perform(event)
            if differences.isEmpty, number % 50 == 0 || number == events {
                differences = try await compareAll()
            } else if differences.isEmpty, number % 5 == 0 {
                let changed = PartitionRecords.Selection(changedFrom: checked, to: model)
                differences = try await records.differences(from: model, in: changed)
                checked = model
            }
            if !differences.isEmpty { return discrepancy(differences) }
        }
        let differences = try await compareKeys()
        return differences.isEmpty ? nil : discrepancy(differences)
    }

    private func discrepancy(_ differences: [String]) -> Discrepancy {
        Discrepancy(
            seed: seed,
            number: log.count,
            differences: differences,
            lastEvents: log.suffix(15).map { "\($0.number) at \($0.at): \($0.event)" }
        )
    }

    /// Lets the event happen in both worlds, and compares the answers.
    private mutating func perform(_ event: HistoryEvent) async throws -> [String] {
        guard let command = event.command(to: partition) else {
            if case .timePasses(let milliseconds) = event { now += milliseconds }
            _ = try await partition.send(RedisCommand("SET", "\(partition.base):clock", String(now)))
            return []
        }
        let known = model.lastFence ?? now * 32
        let expected = model.answer(to: event, now: now)
        if case .claim = event {
            let begun = model.jobs.filter { $0.value.state == .running && $0.value.fence > known }
            generator.remember(
                begun.map { HistoryEvent.Delivery(id: $0.key, fence: $0.value.fence) }.sorted { $0.fence < $1.fence }
            )
        }
        let answer: String
        do throws(JobQueueError) {
            answer = try await partition.call(command).notation
        } catch {
            // A function that fails half-way has no defined answer: the history ends here.
            guard error.code == .refused else { throw error }
            answer = error.description
        }
        var report = DifferenceReport()
        report.compare("answer to \(event)", answer, expected)
        return report.differences
    }

    private mutating func compareAll() async throws -> [String] {
        var report = DifferenceReport()
        let entries = model.lanes.flatMap { lane, entries in entries.map { [$0.id.rawValue, "\(lane)"] } }
        let ready = model.jobs.filter { $0.value.state == .ready }
        let places = ready.map { [$0.key.rawValue, "\(PartitionModel.LaneName($0.value.line))"] }
        report.compare("ready jobs without an entry in their lane", Set(places).subtracting(entries), [])
        let all = PartitionRecords.Selection(all: model, and: Array(Set(generator.ids)))
        return try await report.differences + records.differences(from: model, in: all)
    }

    /// Nothing but what the model knows may exist, every change of an escalation was announced once, and every
    /// event of a flow is in its timeline.
    private func compareKeys() async throws -> [String] {
        var report = DifferenceReport()
        let keys = try await records.keys()
        let recorded = keys.filter { ["j:", "f:", "e:"].contains($0.prefix(2)) }
        let known =
            model.jobs.keys.map { "j:\($0)" } + model.flows.keys.map { "f:\($0)" }
            + model.escalations.keys.map { "e:\($0)" }
        report.compare("records", Set(recorded), Set(known))
        report.compare("announced escalations", try await records.announcements(), model.told)
        let timelines = Set(keys.filter { $0.hasPrefix("t:") }.map { String($0.dropFirst(2)) })
        report.compare("timelines", timelines, Set(model.flows.keys.map(\.rawValue)))
        try await compareTimelines(&report)
        _ = try await partition.send(RedisCommand(words: ["UNLINK"] + keys.map { "\(partition.base):\($0)" }))
        return report.differences
    }

    /// A flow's timeline holds what the events stream told of the flow, under the same ids, and of each step an unbroken
    /// chain of transitions that ends where the step is.
    private func compareTimelines(_ report: inout DifferenceReport) async throws {
        let events = try await records.events()
        for (id, flow) in model.flows {
            let timeline = try await records.timeline(id)
            report.compare("timeline of \(id)", timeline, events.filter { $0.flow == id })
            for step in flow.jobs {
                let words = timeline.filter { $0.subject == step.rawValue }.map(\.state)
                let states = words.compactMap(JobState.init)
                report.compare("end of the timeline of \(step)", states.last, model.jobs[step]?.state)
                let breaks = zip(states, states.dropFirst()).filter { !$0.successors.contains($1) }.map {
                    "\($0) -> \($1)"
                }
                report.compare("breaks in the timeline of \(step)", breaks, [])
            }
        }
    }
}
