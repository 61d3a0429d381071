import JobModel
import JobQueue

extension Reviews {
    /// Holds the confidences of reviewed results against what the reviewers said.
    ///
    /// From the audit log where there is one, else from the escalations that Redis still has.
    package func calibration(_ query: CalibrationQuery) async throws -> CalibrationReport {
        let verdicts = if let audit { try await audit.verdicts(query) } else { try await recorded(query) }
        var omitted = CalibrationReport.Omissions()
        var scores: [ReviewedScore] = []
        var samples = 0
        for verdict in verdicts {
            guard let score = verdict.score(&omitted) else { continue }
            scores.append(score)
            if verdict.reason == .auditSample { samples += 1 }
        }
        return CalibrationReport(
            scores,
            wantedAccuracy: query.wantedAccuracy,
            source: audit == nil ? "queue" : "audit_log",
            auditSamples: samples,
            omitted: omitted
        )
    }

    /// The decisions that Redis still has.
    private func recorded(_ query: CalibrationQuery) async throws -> [ReviewVerdict] {
        var verdicts: [ReviewVerdict] = []
        var types: [JobID: String] = [:]
        var filter = EscalationFilter(states: [.resolved], sort: .decided, isAscending: false, limit: 1000)
        repeat {
            let page = try await operations.queue.escalations(matching: filter)
            for escalation in page.escalations {
                if let since = query.sinceMilliseconds, (escalation.decidedMilliseconds ?? 0) < since {
                    return verdicts
                }
                let type = try await operationType(of: escalation.flow, &types)
                if let wanted = query.operationType, type != wanted { continue }
                verdicts.append(
                    ReviewVerdict(
                        resolution: escalation.resolution ?? "",
                        reviewer: escalation.reviewer ?? "",
                        reason: escalation.reason,
                        confidence: escalation.confidence,
                        samplingRate: escalation.auditRate,
                        operationType: type,
                        worker: escalation.queue.rawValue,
                        action: escalation.action
                    )
                )
            }
            filter.cursor = page.next
        } while filter.cursor != nil
        return verdicts
    }

    private func operationType(of flow: JobID?, _ known: inout [JobID: String]) async throws -> String? {
        guard let flow else { return nil }
        if let type = known[flow] { return type }
        let type = try await operations.record(flow)?.request.operationType
        known[flow] = type
        return type
    }
}
