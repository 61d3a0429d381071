import JobModel
import RedisClient

extension PartitionModel {
    /// Does an event, and returns what the function must answer, in the notation of ``RedisReply/notation``.
    mutating func answer(to event: HistoryEvent, now: Int) -> String {
        switch event {
        case .timePasses: "nil"
        case .enqueue(let drafts, let verify): list(drafts.map { enqueue($0, verify: verify, now: now) })
        case .enqueueFlow(let flow): enqueueFlow(flow.id, flow.steps, notify: flow.notify, now: now)
        case .claim(let queue, let slots, let lease, let weights):
            written(claim(queue, slots: slots, lease: lease, weights: weights, now: now), now: now)
        case .heartbeat(let held, let queue, let lease, _):
            written(
                extend(held.map { ($0.id, $0.fence) }, queue: queue, lease: lease, now: now),
                of: held.map(\.id),
                now: now
            )
        case .settle(let reports):
            list(reports.map { settle($0.delivery.id, fence: $0.delivery.fence, $0.verdict, now: now) })
        case .cancel(let ids): list(ids.map { cancel($0) })
        case .cancelFlow(let id): list(cancelFlow(id))
        case .setPaused(let isPaused, let queue): setPaused(isPaused, queue) ? "1" : "0"
        case .decide(let id, let version, let decision, let reviewer):
            written(decide(id, version: version, decision, reviewer: reviewer, now: now))
        case .claimEscalation(let id, let version, let reviewer, let lease):
            written(claimEscalation(id, version: version, reviewer: reviewer, lease: lease, now: now))
        case .assign(let id, let version, let designee): written(assign(id, version: version, to: designee))
        case .remind(let id, let version, let due, let tier, let event):
            written(remind(id, version: version, due: due, tier: tier, event))
        case .comment(let id): written(comment(id, atMost: HistoryEvent.mostComments))
        case .undo(let id, let version): written(undo(id, version: version))
        case .retryFlow(let id): written(retryFlow(id))
        case .deadLetters(let ids, let retry): list(ids.map { handleDeadLetter($0, retry: retry) })
        }
    }

    private mutating func enqueue(_ draft: HistoryEvent.Draft, verify: Bool, now: Int) -> String {
        let (word, id) = enqueue(
            draft.id,
            draft.line,
            input: draft.input,
            delay: draft.delay,
            key: draft.key,
            keyLife: HistoryEvent.keyLife,
            verify: verify,
            now: now
        )
        return list([word, id.rawValue])
    }

    private func written(_ answer: Claiming, now: Int) -> String {
        let rows = answer.claims.map { claim in
            let job = jobs[claim.id]
            return list([
                claim.id.rawValue, String(claim.fence), String(claim.attempt), String(claim.delivery),
                job?.line.recorded ?? "", claim.input, job?.flow?.rawValue ?? "", job?.guidance ?? "",
            ])
        }
        return list([String(now), answer.isPaused ? "1" : "0", String(answer.again ?? -1), list(rows)])
    }

    private func written(_ beat: Beat, of held: [JobID], now: Int) -> String {
        func ids(_ set: Set<JobID>) -> String { list(held.filter(set.contains).map(\.rawValue)) }
        return list([String(now), ids(beat.lost), ids(beat.cancelled), ids(beat.overdue), String(beat.recovered)])
    }

    private func written(_ answer: ReviewAnswer) -> String {
        list([answer.word, String(answer.version), answer.detail])
    }

    private func written(_ answer: (String, String)) -> String { list([answer.0, answer.1]) }

    private func list(_ words: [String]) -> String { "[" + words.joined(separator: ", ") + "]" }
}

extension PolicyLine {
    /// The line as it stands in the record, with the time of enqueue.
    var recorded: String { encoded + (createdMilliseconds.map { " \($0)" } ?? "") }
}

extension RedisReply {
    /// The reply as text: arrays in brackets, everything else as it is.
    var notation: String {
        switch kind {
        case .null: "nil"
        case .array: "[" + elements.map(\.notation).joined(separator: ", ") + "]"
        case .integer: integer.map(String.init) ?? ""
        case .string, .status: string ?? ""
        case .error: error.map { "\($0)" } ?? ""
        }
    }
}
