import JobModel
import JobQueue
import Orchestrator
import PostgresClient

/// Everything that a report of an operation rests on, gathered once.
struct Dossier: Sendable {
    /// A number of a result.
    struct Number: Sendable, Hashable {
        var path: String
        var value: String
    }

    /// A change of an escalation: who did what when.
    struct Decision: Sendable {
        var at: String
        var by: String
        var event: String
        var step: String
        var reason: String
        var comment: String
    }

    var report: OperationReport
    var request: OperationRequest
    var plan: Plan?
    var createdMilliseconds: Int
    var endedMilliseconds: Int?
    var events: [JobEvent]
    var decisions: [Decision]
    /// Where the decisions were read: `audit log` or `queue`.
    var decisionSource: String
    /// The claims of the newest verification; nil where none is on record.
    var claims: [JSONValue]?
    /// The end of the history when the report was made; nil where none is kept.
    var historyMark: ChainMark?
    /// How many entries the history has of the operation.
    var historyEntries: Int?
    /// What could not be read, in words.
    var gaps: [String]

    /// Gathers what is known of an operation.
    init(_ id: String, _ environment: AgentEnvironment) async throws {
        report = try await environment.report(id)
        let operations = try environment.door()
        let job = JobID(trusted: id)
        guard let record = try await operations.record(job) else {
            throw JobFailure("unknown_operation", "there is no operation \(id) on record", field: "operation_id")
        }
        request = record.request
        plan = record.plan
        createdMilliseconds = record.createdMilliseconds
        endedMilliseconds = record.endedMilliseconds
        gaps = []
        events = try await operations.events(job, limit: 1000)
        (decisions, decisionSource) = try await Self.decisions(job, environment, operations)
        guard environment.postgres != nil else {
            gaps.append("no database is configured: there is no history and no record of verifications")
            return
        }
        do {
            if let store = VerificationStore(environment) {
                let newest = try await store.list(operation: id, status: nil, before: nil, limit: 1).first
                if case .array(let claims)? = newest?.verdict.claims { self.claims = claims }
            }
            if let history = environment.historyIfConfigured {
                let head = try await history.head()
                historyMark = head.sequence > 0 ? head : nil
                historyEntries = try await history.count(of: id)
            }
        } catch let error as PostgresError where error.code == .undefinedTable {
            gaps.append("the agents' tables are not there yet: there is no history and no record of verifications")
        }
    }

    private static func decisions(
        _ id: JobID,
        _ environment: AgentEnvironment,
        _ operations: Operations
    ) async throws -> ([Decision], String) {
        if let audit = environment.audit {
            let entries = try await audit.entries(AuditFilter(operation: id.rawValue, limit: 1000)).entries.reversed()
            if !entries.isEmpty {
                let decisions = entries.map { entry in
                    Decision(
                        at: entry.at,
                        by: entry.by,
                        event: entry.event,
                        step: String(entry.jobID.dropFirst(id.rawValue.count + 1)),
                        reason: entry.reason ?? "",
                        comment: entry.detail["comment"]?.string ?? ""
                    )
                }
                return (decisions, "audit log")
            }
        }
        var filter = EscalationFilter(states: Set(EscalationState.allCases), flow: id, limit: 1000)
        filter.isBlocking = nil
        let found = try await operations.queue.escalations(matching: filter).escalations
        let decisions = found.flatMap { escalation in
            escalation.history.map { change in
                Decision(
                    at: MomentText.text(milliseconds: change.atMilliseconds),
                    by: change.by,
                    event: change.event,
                    step: String(escalation.job.rawValue.dropFirst(id.rawValue.count + 1)),
                    reason: escalation.reason.rawValue,
                    comment: change.event == escalation.resolution ? escalation.comment ?? "" : ""
                )
            }
        }
        return (decisions.sorted { $0.at < $1.at }, "queue")
    }

    /// The steps' files, each once, with the step that named it first.
    var files: [(file: ClaimedFile, step: String)] {
        var seen: Set<String> = []
        return report.result.results.flatMap { step in
            ClaimedFile.all(in: step.result ?? .null).map { (file: $0, step: step.name) }
        }.filter { seen.insert($0.file.sha256).inserted }
    }

    /// The files that a step's numbers rest on: its own, and those of all that it waits for.
    func files(behind step: String) -> [ClaimedFile] {
        let steps = Dictionary((plan?.steps ?? []).map { ($0.name, $0) }) { first, _ in first }
        var open = [step]
        var seen: Set<String> = []
        while let name = open.popLast() {
            guard seen.insert(name).inserted else { continue }
            open += steps[name]?.after ?? []
        }
        var hashes: Set<String> = []
        return report.result.results.filter { seen.contains($0.name) }
            .flatMap { ClaimedFile.all(in: $0.result ?? .null) }.filter { hashes.insert($0.sha256).inserted }
    }

    /// The numbers of a result that stand at its top or one level below, not those of files and lists.
    static func numbers(in result: JSONValue?) -> [Number] {
        guard case .object(let members)? = result else { return [] }
        var found: [Number] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let text = text(value) {
                found.append(Number(path: name, value: text))
            } else if case .object(let nested) = value, nested["sha256"] == nil {
                for (inner, value) in nested.sorted(by: { $0.key < $1.key }) {
                    if let text = text(value) { found.append(Number(path: "\(name).\(inner)", value: text)) }
                }
            }
        }
        return Array(found.prefix(40))
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .integer(let number): NumberText.count(number)
        case .number(let number): String((number * 10_000).rounded() / 10_000)
        default: nil
        }
    }
}

extension HistoryLog {
    /// How many entries the history has of an operation.
    func count(of operation: String) async throws -> Int {
        try await postgres.query(
            "SELECT count(*) FROM history_entries WHERE namespace = $1 AND operation_id = $2",
            [.text(namespace), .text(operation)]
        ).first?.decode(0) ?? 0
    }
}
