@testable import JobModel
@testable import JobQueue
@testable import RedisClient

/// What Redis holds of one partition, read back and set against the model.
///
/// One pipeline reads the indexes, the streams and the wanted records; the records are decoded into the model's own
/// values, so that a field that the model knows cannot be forgotten in the comparison.
struct PartitionRecords {
    private let base: String
    private let redis: RedisClient
    /// The commands of every look.
    private let indexes: [RedisCommand]

    init(base: String, redis: RedisClient) {
        self.base = base
        self.redis = redis
        indexes = Self.indexes(of: base)
    }

    /// Which records to read: those that the model has changed since the last look, or all.
    struct Selection {
        var jobs: [JobID]
        var flows: [JobID]
        var escalations: [String]
        var hasLives: Bool

        /// Everything that exists in the model, and these ids, which may not.
        init(all model: PartitionModel, and ids: [JobID]) {
            jobs = ids
            flows = Array(model.flows.keys)
            escalations = Array(model.escalations.keys)
            hasLives = true
        }

        /// What differs between two states of the model.
        init(changedFrom old: PartitionModel, to new: PartitionModel) {
            jobs = new.jobs.filter { old.jobs[$0.key] != $0.value }.map(\.key)
            jobs += old.jobs.keys.filter { new.jobs[$0] == nil }
            flows = new.flows.filter { old.flows[$0.key] != $0.value }.map(\.key)
            escalations = new.escalations.filter { old.escalations[$0.key] != $0.value }.map(\.key)
            hasLives = false
        }
    }

    private static let lanes = HistoryGenerator.queues.flatMap { queue in
        Lane.allCases.map { PartitionModel.LaneName(queue: queue, lane: $0) }
    }

    /// Every difference between the model and what Redis holds, in words; none when they agree.
    func differences(from model: PartitionModel, in selection: Selection) async throws -> [String] {
        let replies = try await replies(to: commands(selection))
        var next = replies.makeIterator()
        func reply() -> RedisReply { next.next() ?? .null }
        var report = DifferenceReport()

        let leases = scores(reply())
        report.compare("leases", leases, model.jobs.compactMapValues(\.leaseUntil))
        report.compare("dead letters", ids(reply()), model.dead)
        let waiting = model.escalations.filter { [.open, .claimed].contains($0.value.state) }
        for (name, isBlocking) in [("open escalations", true), ("open samples", false)] {
            let open = waiting.filter { $0.value.isBlocking == isBlocking }
            report.compare(name, Set(reply().elements.compactMap(\.string)), Set(open.keys))
        }
        let ended = Set(model.escalations.keys).subtracting(waiting.keys)
        report.compare("resolved escalations", Set(reply().elements.compactMap(\.string)), ended)
        let dueTimes = dictionary(reply()).mapValues { Int($0) }
        report.compare("due times", dueTimes, waiting.filter { $0.value.due != nil }.mapValues(\.due))
        report.compare("paused", Set(reply().elements.compactMap(\.string)), Set(model.paused.map(\.rawValue)))
        report.compare("fence", reply().integer, model.lastFence)
        var due: [JobID: Int] = [:]
        for queue in HistoryGenerator.queues {
            let delayed = scores(reply())
            let expected = model.jobs.filter { $0.value.line.queue == queue }.compactMapValues(\.due)
            report.compare("delayed of \(queue)", delayed, expected)
            due.merge(delayed) { _, new in new }
        }
        var pending: [JobID: String] = [:]
        for lane in Self.lanes {
            let entries = reply().elements.map {
                (entry: $0[0].string ?? "", id: JobID(trusted: $0[1][1].string ?? ""))
            }
            let taken = Set(reply().elements.compactMap { $0[0].string })
            let unread = entries.filter { !taken.contains($0.entry) }.map(\.id)
            report.compare("entries of \(lane.queue) \(lane.lane)", unread, (model.lanes[lane] ?? []).map(\.id))
            let held = entries.filter { taken.contains($0.entry) }
            let running = model.jobs.filter {
                $0.value.state == .running && PartitionModel.LaneName($0.value.line) == lane
            }
            report.compare("pending in \(lane.queue) \(lane.lane)", Set(held.map(\.id)), Set(running.keys))
            report.compare("pending entries of \(lane.queue) \(lane.lane)", held.count, taken.count)
            for (entry, id) in held { pending[id] = entry }
        }
        for id in selection.jobs {
            let fields = dictionary(reply())
            let recorded = PartitionModel.Job(fields: fields, leaseUntil: leases[id], due: due[id])
            report.compare("job \(id)", recorded, model.jobs[id])
            if recorded?.state == .running { report.compare("entry of \(id)", fields["entry"], pending[id]) }
        }
        for id in selection.flows {
            let fields = dictionary(reply())
            report.compare("flow \(id)", PartitionModel.Flow(fields: fields), model.flows[id])
            let counts = ["completed", "dead", "cancelled"].map { Int(fields[$0] ?? "0") }
            report.compare("counts of flow \(id)", counts, model.ends(of: id))
        }
        for id in selection.escalations {
            let fields = dictionary(reply())
            report.compare("escalation \(id)", PartitionModel.Escalation(fields: fields), model.escalations[id])
            let history = fields["history", default: ""].split(separator: "\n").count
            report.compare("history of \(id)", history, model.escalations[id]?.version)
        }
        guard selection.hasLives else { return report.differences }
        for id in selection.jobs {
            let life = reply().integer ?? -2
            report.compare("life of \(id)", min(life, 0), model.hasLife(id))
        }
        return report.differences
    }

    /// The names of all keys of the partition, without its prefix.
    func keys() async throws -> [String] {
        let reply = try await redis.send(RedisCommand("KEYS", "\(base):*"))
        return reply.elements.compactMap { $0.string.map { String($0.dropFirst(base.utf8.count + 1)) } }
    }

    /// What the escalation stream told of each escalation, in order.
    func announcements() async throws -> [String: [String]] {
        let reply = try await redis.send(RedisCommand("XRANGE", "\(base):escalations", "-", "+"))
        return reply.elements.reduce(into: [:]) { told, entry in
            let fields = dictionary(entry[1])
            told[fields["escalation"] ?? "", default: []].append(fields["event"] ?? "")
        }
    }

    /// What the events stream told of everything, in order.
    func events() async throws -> [JobEvent] {
        let reply = try await redis.send(RedisCommand("XRANGE", "\(base):events", "-", "+"))
        return reply.elements.flatMap { JobEvent.all(in: $0[1], entry: $0[0].string ?? "") }
    }

    /// What the timeline of a flow told.
    func timeline(_ flow: JobID) async throws -> [JobEvent] {
        let reply = try await redis.send(RedisCommand("XRANGE", "\(base):t:\(flow)", "-", "+"))
        return reply.elements.flatMap { JobEvent.all(in: $0[1], entry: $0[0].string ?? "") }
    }

    private static func indexes(of base: String) -> [RedisCommand] {
        var commands = [
            RedisCommand("ZRANGE", "\(base):leases", "0", "-1", "WITHSCORES"),
            RedisCommand("ZRANGE", "\(base):dead", "0", "-1"),
            RedisCommand("ZRANGE", "\(base):escalated", "0", "-1"),
            RedisCommand("ZRANGE", "\(base):samples", "0", "-1"),
            RedisCommand("ZRANGE", "\(base):resolved", "0", "-1"),
            RedisCommand("ZRANGE", "\(base):due", "0", "-1", "WITHSCORES"),
            RedisCommand("SMEMBERS", "\(base):paused"),
            RedisCommand("GET", "\(base):fence"),
        ]
        for queue in HistoryGenerator.queues {
            commands.append(RedisCommand("ZRANGE", "\(base):delayed:\(queue)", "0", "-1", "WITHSCORES"))
        }
        for lane in lanes {
            let stream = "\(base):s:\(lane.queue):\(lane.lane)"
            commands.append(RedisCommand("XRANGE", stream, "-", "+"))
            commands.append(RedisCommand("XPENDING", stream, "workers", "-", "+", "10000"))
        }
        return commands
    }

    private func commands(_ selection: Selection) -> [RedisCommand] {
        var commands = indexes
        commands += selection.jobs.map { RedisCommand("HGETALL", "\(base):j:\($0)") }
        commands += selection.flows.map { RedisCommand("HGETALL", "\(base):f:\($0)") }
        commands += selection.escalations.map { RedisCommand("HGETALL", "\(base):e:\($0)") }
        if selection.hasLives { commands += selection.jobs.map { RedisCommand("PTTL", "\(base):j:\($0)") } }
        return commands
    }

    private func replies(to commands: [RedisCommand]) async throws -> [RedisReply] {
        try await redis.pipeline(commands).map { result in
            // Nobody has claimed from the lane yet.
            if case .failure(let error) = result, error.code == .noGroup { return .null }
            return try result.get()
        }
    }

    private func ids(_ reply: RedisReply) -> Set<JobID> {
        Set(reply.elements.compactMap { $0.string.map { JobID(trusted: $0) } })
    }

    private func scores(_ reply: RedisReply) -> [JobID: Int] {
        dictionary(reply).reduce(into: [:]) { $0[JobID(trusted: $1.key)] = Int($1.value) }
    }

    private func dictionary(_ reply: RedisReply) -> [String: String] {
        stride(from: 0, to: reply.count - 1, by: 2).reduce(into: [:]) { fields, position in
            if let name = reply[position].string { fields[name] = reply[position + 1].string }
        }
    }
}
