import JobQueue
import Logging
import PostgresClient

/// One run of healing: detect, act or propose, detect again, log.
struct HealingRun {
    /// What is to be looked for.
    struct Wish: Hashable, Sendable {
        var type: IssueType
        var subject: String?
    }

    /// What came of it.
    struct Report: Sendable {
        var records: [HealingRecord] = []
        var left = 0
        var wished = 0
        var ran = 0
        /// Whether a later step of the same plan can carry out what was proposed.
        var canFollow = false
    }

    let context: HealingContext
    let isDry: Bool
    let wait: Duration
    let maximum: Int
    private var log: HealingLog? { context.environment.postgres.map { HealingLog(client: $0) } }

    /// Deals with what is wished, one after the other.
    func heal(_ wishes: [Wish]) async throws -> Report {
        var report = Report()
        report.canFollow = context.job.flow != nil
        report.wished = wishes.count
        for wish in wishes {
            try Task.checkCancellation()
            context.job.report(done: report.ran, total: wishes.count, unit: "issue types")
            try await handle(wish, mayDestroy: false, &report)
        }
        try await write(report.records, proposal: nil)
        return report
    }

    /// Does what a job proposed, if the queue's own record says that a person approved it.
    func carryOut(_ proposal: String) async throws -> Report {
        var report = Report()
        guard !proposal.isEmpty else { return report }
        guard let id = JobID(rawValue: proposal) else {
            throw JobFailure("unknown_proposal", "is no job's id", field: "proposal")
        }
        guard let job = try await context.environment.jobQueue().job(id), job.action == ExecuteSelfHealing.name else {
            throw JobFailure(
                "unknown_proposal",
                "the queue has no record of that job any more: propose again",
                field: "proposal"
            )
        }
        guard job.review == "approved" else {
            throw JobFailure("not_approved", "nobody has approved it: approve its escalation first", field: "proposal")
        }
        let client = try context.environment.database()
        let approved = try await HealingLog(client: client).proposed(by: id.rawValue)
        report.wished = approved.count
        for (type, subject) in approved {
            try Task.checkCancellation()
            try await handle(Wish(type: type, subject: subject), mayDestroy: true, &report)
        }
        try await write(report.records, proposal: proposal)
        return report
    }

    private func handle(_ wish: Wish, mayDestroy: Bool, _ report: inout Report) async throws {
        let remedy = try context.remedy(wish.type)
        let targets: [HealingTarget]
        do {
            targets = try await remedy.detect(wish.subject)
            report.ran += 1
        } catch {
            try Task.checkCancellation()
            report.records.append(
                record(
                    remedy,
                    HealingTarget(subject: wish.subject ?? "all", found: 0, detail: ""),
                    .failed,
                    nil,
                    Self.words(error)
                )
            )
            return
        }
        report.left += max(0, targets.count - maximum)
        for target in targets.prefix(maximum) {
            if isDry {
                report.records.append(record(remedy, target, .found, nil, target.detail))
            } else if remedy.isDestructive, !mayDestroy {
                report.records.append(record(remedy, target, .proposed, nil, target.detail))
            } else {
                report.records.append(try await treated(remedy, target))
            }
        }
    }

    private func treated(_ remedy: any Remedy, _ target: HealingTarget) async throws -> HealingRecord {
        do {
            var flow: JobID?
            var detail = target.detail
            switch try await remedy.treat(target) {
            case .done(let what): detail += "; \(what)"
            case .started(let id, let what):
                flow = id
                detail += "; \(what)"
                guard let end = try await RollReload(context: context).outcome(of: id, within: wait) else {
                    return record(remedy, target, .pending, nil, detail, flow)
                }
                detail += "; \(end)"
            }
            let after = try await remedy.detect(target.subject).first { $0.subject == target.subject }
            context.job.logger.info(
                "issue treated",
                metadata: [
                    "issue.type": "\(remedy.type.rawValue)", "issue.subject": "\(target.subject)",
                    "issue.action": "\(remedy.action)", "issue.found": "\(target.found)",
                    "issue.remaining": "\(after?.found ?? 0)",
                ]
            )
            return record(remedy, target, after == nil ? .resolved : .unresolved, after?.found ?? 0, detail, flow)
        } catch {
            try Task.checkCancellation()
            return record(remedy, target, .failed, nil, "\(target.detail); \(Self.words(error))")
        }
    }

    private func record(
        _ remedy: any Remedy,
        _ target: HealingTarget,
        _ status: HealingRecord.Status,
        _ remaining: Int?,
        _ detail: String,
        _ flow: JobID? = nil
    ) -> HealingRecord {
        HealingRecord(
            issueType: remedy.type,
            subject: target.subject,
            action: remedy.action,
            isDestructive: remedy.isDestructive,
            status: status,
            found: target.found,
            remaining: remaining,
            detail: detail,
            flow: flow
        )
    }

    /// The log is part of the work: what cannot be logged has to be tried again.
    private func write(_ records: [HealingRecord], proposal: String?) async throws {
        guard let log else { return }
        do {
            try await log.write(records, key: context.key, proposal: proposal)
        } catch let error as PostgresError where records.contains(where: { $0.issueType == .connection }) {
            // The database is what is broken, and the result says so.
            context.job.logger.error("the healing was not logged", metadata: ["error": "\(error)"])
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let failure as JobFailure: failure.message
        case let error as PostgresError: error.description
        case let error as JobQueueError: error.message
        default: String(describing: type(of: error))
        }
    }
}
