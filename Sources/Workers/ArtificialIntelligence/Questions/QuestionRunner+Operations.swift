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
        let wanted = plan.conditions.first { $0.field == "operation_id" }?.value.string
        var ids: [String] = []
        if let wanted {
            ids = [wanted]
        } else {
            for partition in queue.allPartitions {
                let newest = RedisCommand("ZREVRANGE", "\(partition.base):operations", "0", String(max(0, limit - 1)))
                ids += try await partition.send(newest).elements.compactMap(\.string)
                answer.total +=
                    try await partition.send(RedisCommand("ZCARD", "\(partition.base):operations")).integer ?? 0
            }
            // An id begins with its time.
            ids = Array(ids.sorted(by: >).prefix(limit))
        }
        for id in ids {
            guard let job = JobID(rawValue: id) else { continue }
            let partition = queue.partition(of: job)
            let reply = try await partition.send(RedisCommand("HMGET", "\(partition.base):o:\(id)", "state", "type"))
            guard let state = reply[0].string else { continue }
            answer.rows.append(
                QuestionAnswer.Row(
                    values: [
                        "operation_id": .string(id), "state": .string(state), "type": .string(reply[1].string ?? ""),
                    ],
                    citation: "operation \(id)"
                )
            )
        }
        answer.total = wanted == nil ? answer.total : answer.rows.count
        return answer
    }

    func countyName(_ number: Int) -> String? { County.all.first { $0.number == number }?.name }
}
