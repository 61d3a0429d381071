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
        let conditions = plan.conditions.compactMap { condition in
            condition.value.string.map { (condition.field, $0.lowercased()) }
        }
        let wanted = conditions.first { $0.0 == "operation_id" }?.1
        var ids: [String] = []
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
                ids += try await partition.send(newest).elements.compactMap(\.string)
            }
            // An id begins with its time.
            ids = Array(ids.sorted(by: >).prefix(Self.mostOperations))
        }
        // Without a condition on them, only those that are shown are looked at.
        let isCounted = plan.measure != .list || conditions.contains { $0.0 != "operation_id" }
        answer.total = ids.count
        var matching: [QuestionAnswer.Row] = []
        for id in isCounted ? ids : Array(ids.prefix(limit)) {
            try Task.checkCancellation()
            if let row = try await operation(id, queue), Self.matches(row, conditions) { matching.append(row) }
        }
        if isCounted || wanted != nil { answer.total = matching.count }
        answer.rows = Self.rows(plan, matching, limit)
        if plan.groupBy != nil { answer.total = answer.rows.count }
        return answer
    }

    /// Counting looks at no more than these, the newest; they are kept for a week.
    private static let mostOperations = 10_000

    private func operation(_ id: String, _ queue: JobQueue) async throws -> QuestionAnswer.Row? {
        guard let job = JobID(rawValue: id) else { return nil }
        let partition = queue.partition(of: job)
        let reply = try await partition.send(RedisCommand("HMGET", "\(partition.base):o:\(id)", "state", "type"))
        guard let state = reply[0].string else { return nil }
        return QuestionAnswer.Row(
            values: [
                "operation_id": .string(id), "state": .string(state), "type": .string(reply[1].string ?? ""),
            ],
            citation: "operation \(id)"
        )
    }

    private static func matches(_ row: QuestionAnswer.Row, _ conditions: [(String, String)]) -> Bool {
        conditions.allSatisfy { field, value in row.values[field]?.string?.lowercased() == value }
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
