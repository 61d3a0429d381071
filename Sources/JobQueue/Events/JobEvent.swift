import RedisClient

/// One transition, as the events stream tells it.
public struct JobEvent: Hashable, Sendable, Codable {
    /// Its place, `MILLISECONDS-SEQUENCE.POSITION`, where the position counts the events of its flow, or those without one,
    /// in a stream entry; later events of a flow have larger places, and the same in its timeline.
    public var id: String
    /// What changed: a job, a flow, an operation, an escalation, a queue, or a schedule as `schedule/NAME`.
    public var subject: String
    /// The flow (operation) that it belongs to; `nil` for a lone job or a queue.
    public var flow: JobID?
    /// Its new state, such as `running` or `completed`.
    public var state: String
    /// More about it, such as the queue; empty for none.
    public var detail: String
    /// Server time, milliseconds since 1970.
    public var atMilliseconds: Int
}

extension JobEvent {
    /// The events of one stream entry: each pair of a subject and `STATE DETAIL`.
    static func all(in pairs: RedisReply, entry id: String) -> [JobEvent] {
        let milliseconds = Int(id.prefix { $0 != "-" }) ?? 0
        var counts: [JobID?: Int] = [:]
        return stride(from: 0, to: pairs.count - 1, by: 2).compactMap { place in
            guard let subject = pairs[place].string, let text = pairs[place + 1].string else { return nil }
            let words = text.split(separator: " ", maxSplits: 1)
            let state = words.first.map(String.init) ?? ""
            let flow = flow(of: subject, state: state)
            let position = counts[flow, default: 0]
            counts[flow] = position + 1
            return JobEvent(
                id: "\(id).\(position)",
                subject: subject,
                flow: flow,
                state: state,
                detail: words.count > 1 ? String(words[1]) : "",
                atMilliseconds: milliseconds
            )
        }
    }

    /// The flow is in the id of a step (`FLOW:NAME`) and of its escalation (`esc-FENCE-FLOW:NAME`); its own events say
    /// that it has settled or is retried, and an operation is known by its id.
    private static func flow(of subject: String, state: String) -> JobID? {
        let job = PartitionMap.job(ofEscalation: subject) ?? JobID(trusted: subject)
        let key = job.partitionKey
        if key.utf8.count < job.rawValue.utf8.count { return JobID(trusted: String(key)) }
        guard job.rawValue == subject else { return nil }
        return subject.hasPrefix("op-") || state == "settled" || (state == "retried") ? job : nil
    }
}
