import JobModel
import RedisClient

@testable import JobQueue

extension HistoryEvent {
    /// The call of the function that does the event; `nil` for the passing of time.
    func command(to partition: PartitionClient) -> RedisCommand? {
        switch self {
        case .timePasses: nil
        case .enqueue(let drafts, let verify):
            call(partition, "enqueue_jobs", [verify ? "1" : "0"] + drafts.flatMap(\.words))
        case .enqueueFlow(let flow): call(partition, "enqueue_flow", flow.words)
        case .claim(let queue, let slots, let lease, let weights):
            call(
                partition,
                "claim_jobs",
                ["p1", queue.rawValue] + [slots, lease, weights.high, weights.normal, weights.low, 0].map(String.init)
            )
        case .heartbeat(let held, let queue, let lease, let isLast):
            call(
                partition,
                "extend_leases",
                ["p1", queue.rawValue, String(lease), String(Self.retention), isLast ? "" : "{}"]
                    + held.flatMap { [$0.id.rawValue, String($0.fence), #"{"done":1}"#] }
            )
        case .settle(let reports): settlement(reports, partition)
        case .cancel(let ids): call(partition, "cancel_jobs", [""] + ids.map(\.rawValue))
        case .cancelFlow(let id): call(partition, "cancel_jobs", [id.rawValue])
        case .setPaused(let isPaused, let queue):
            call(partition, "pause_queue", [queue.rawValue, isPaused ? "1" : "0"])
        case .decide(let id, let version, let decision, let reviewer):
            call(
                partition,
                "decide_escalation",
                [id, String(version), decision.name, reviewer, "seen"] + decision.words
            )
        case .claimEscalation(let id, let version, let reviewer, let lease):
            call(partition, "claim_escalation", [id, String(version), reviewer, String(lease)])
        case .assign(let id, let version, let designee):
            call(partition, "assign_escalation", [id, String(version), "ann", designee ?? ""])
        case .remind(let id, let version, let due, let tier, let event):
            call(
                partition,
                "remind_escalation",
                [id, String(version), "ann", event.rawValue, due.map(String.init) ?? "", tier.map(String.init) ?? ""]
            )
        case .comment(let id):
            call(
                partition,
                "comment_escalation",
                [id, "bob", "two\nlines \u{2014} \"quoted\"", String(Self.mostComments)]
            )
        case .undo(let id, let version): call(partition, "undo_decision", [id, String(version), "ann"])
        case .retryFlow(let id): call(partition, "retry_flow", [id.rawValue, ""])
        case .deadLetters(let ids, let retry):
            call(partition, "handle_dead_letters", [retry ? "retry" : "discard"] + ids.map(\.rawValue))
        }
    }

    private func call(_ partition: PartitionClient, _ function: String, _ words: [String]) -> RedisCommand {
        var command = partition.command(function)
        for word in words { command.append(word) }
        return command
    }

    private func settlement(_ reports: [Report], _ partition: PartitionClient) -> RedisCommand {
        var command = partition.command("settle_jobs")
        for report in reports {
            Settlement(id: report.delivery.id, fence: report.delivery.fence, verdict: report.verdict.recorded)
                .append(to: &command)
        }
        return command
    }
}

extension HistoryEvent.Draft {
    fileprivate var words: [String] {
        [id.rawValue, line.encoded, input, String(delay), key ?? "", String(HistoryEvent.keyLife)]
    }
}

extension HistoryEvent.FlowDraft {
    fileprivate var words: [String] {
        let head = [
            id.rawValue, String(HistoryEvent.retention), notify?.id.rawValue ?? "", notify?.line.encoded ?? "",
            notify?.input ?? "",
        ]
        return steps.reduce(into: head) { words, step in
            let parents = step.parents.map(\.rawValue).joined(separator: " ")
            words += [step.id.rawValue, step.line.encoded, step.input, String(step.need), parents]
        }
    }
}

extension Decision {
    /// The last three arguments of `decide_escalation`, as `JobQueue.decide` writes them.
    fileprivate var words: [String] {
        switch self {
        case .approve, .reject: ["", "", ""]
        case .override(let value): [(try? value.encoded) ?? "", "", ""]
        case .retry(let parameters, let guidance): ["", (try? parameters?.encoded) ?? "", guidance ?? ""]
        }
    }
}

extension PartitionModel.Verdict {
    /// The verdict as a worker records it.
    fileprivate var recorded: Settlement.Verdict {
        switch self {
        case .completed(let result, let confidence, let review):
            .completed(EncodedOutcome(result: Array(result.utf8), confidence: confidence, parts: [], review: review))
        case .failed(let isRetryable, let random, let wantedDelay):
            .failed(
                JobFailure(
                    "test",
                    "it failed",
                    isRetryable: isRetryable,
                    retryAfter: wantedDelay.map { .milliseconds($0) }
                ),
                random: random
            )
        case .released: .released
        case .cancelled: .cancelled
        }
    }
}
