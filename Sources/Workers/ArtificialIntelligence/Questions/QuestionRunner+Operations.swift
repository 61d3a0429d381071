import JobQueue
import PropertyData
import RedisClient

extension QuestionRunner {
    /// What the queue knows of an operation, or of the newest ones.
    func operations(_ plan: QuestionPlan, limit: Int) async throws -> QuestionAnswer {
        var answer = QuestionAnswer()
        guard let queue else {
            answer.gap = "this process has no queue to ask"
            return answer
        }
        answer.hasData = true
        let conditions = plan.conditions
        let wanted = conditions.first { $0.field == "operation_id" && $0.comparison == .equals }?.value.string
        var ids: [String] = []
        var known = 0
        if let wanted {
            ids = [wanted]
        } else {
            for partition in queue.allPartitions {
                let newest = RedisCommand(
                    "ZREVRANGE",
                    "\(partition.base):operations",
                    "0",
                    String(Self.mostOperations - 1)
                )
                let count = RedisCommand("ZCARD", "\(partition.base):operations")
                let replies = await partition.redis.pipeline([newest, count])
                ids += try replies[0].get().elements.compactMap(\.string)
                known += try replies[1].get().integer ?? 0
            }
            // An id begins with its time.
            ids = Array(ids.sorted(by: >).prefix(Self.mostOperations))
        }
        // Without a condition on them, only those that are shown are looked at.
        let isCounted = plan.measure != .list || !conditions.isEmpty
        answer.total = max(known, ids.count)
        if isCounted, known > ids.count {
            answer.assumptions.append("of \(known) operations only the newest \(ids.count) were looked at")
        }
        var matching: [QuestionAnswer.Row] = []
        let looked = isCounted ? ids : Array(ids.prefix(limit))
        for start in stride(from: 0, to: looked.count, by: Self.operationsPerRead) {
            try Task.checkCancellation()
            let part = Array(looked[start..<min(looked.count, start + Self.operationsPerRead)])
            matching += try await rows(of: part, queue).filter { Self.matches($0, conditions) }
        }
        if isCounted || wanted != nil { answer.total = matching.count }
        answer.rows = Self.rows(plan, matching, limit)
        if plan.groupBy != nil { answer.total = answer.rows.count }
        return answer
    }

    /// Counting looks at no more than these, the newest; they are kept for a week.
    private static let mostOperations = 10_000

    private static let operationsPerRead = 500

    private func rows(of ids: [String], _ queue: JobQueue) async throws -> [QuestionAnswer.Row] {
        var rows: [QuestionAnswer.Row] = []
        let jobs = ids.compactMap { id in JobID(rawValue: id) }
        for (base, jobs) in Dictionary(grouping: jobs, by: { queue.partition(of: $0).base }) {
            guard let first = jobs.first else { continue }
            let commands = jobs.map { RedisCommand("HMGET", "\(base):o:\($0)", "state", "type") }
            for (job, reply) in zip(jobs, await queue.partition(of: first).redis.pipeline(commands)) {
                let fields = try reply.get()
                guard let state = fields[0].string else { continue }
                rows.append(
                    QuestionAnswer.Row(
                        values: [
                            "operation_id": .string(job.rawValue), "state": .string(state),
                            "type": .string(fields[1].string ?? ""),
                        ],
                        citation: "operation \(job)"
                    )
                )
            }
        }
        // An id begins with its time: the newest first.
        return rows.sorted { $1.citation < $0.citation }
    }

    private static func matches(_ row: QuestionAnswer.Row, _ conditions: [QuestionPlan.Condition]) -> Bool {
        conditions.allSatisfy { condition in
            guard let text = row.values[condition.field]?.string?.lowercased(),
                let value = condition.value.string?.lowercased()
            else { return false }
            switch condition.comparison {
            case .equals: return text == value
            case .startsWith: return text.hasPrefix(value)
            case .hasWords:
                let words = text.split { !$0.isLetter && !$0.isNumber }
                return value.split { !$0.isLetter && !$0.isNumber }.allSatisfy(words.contains)
            case .atLeast: return text >= value
            case .atMost: return text <= value
            }
        }
    }

    /// The operations themselves, their number, or their number by what they are told apart.
    private static func rows(
        _ plan: QuestionPlan,
        _ matching: [QuestionAnswer.Row],
        _ limit: Int
    ) -> [QuestionAnswer.Row] {
        guard plan.measure != .list else { return Array(matching.prefix(limit)) }
        guard let group = plan.groupBy else {
            let count = JSONValue.integer(matching.count)
            return [QuestionAnswer.Row(values: [plan.measure.rawValue: count, "rows": count], citation: "")]
        }
        let groups = Dictionary(grouping: matching) { $0.values[group]?.string ?? "" }
        return groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(limit).map { name, rows in
            let count = JSONValue.integer(rows.count)
            return QuestionAnswer.Row(
                values: [group: .string(name), plan.measure.rawValue: count, "rows": count],
                citation: ""
            )
        }
    }

    func countyName(_ number: Int) -> String? { County.all.first { $0.number == number }?.name }
}
