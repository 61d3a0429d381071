package import JobModel
import JobQueue
import RedisClient

/// An operation as it is recorded at one moment.
package struct OperationRecord: Sendable {
    package var id: JobID
    package var state: OperationState
    /// Grows with every write; a writer names the version that it read.
    package var version: Int
    package var request: OperationRequest
    package var createdMilliseconds: Int
    package var updatedMilliseconds: Int
    package var endedMilliseconds: Int?
    /// Server time at which it was accepted, or last retried: its time limit runs from here.
    package var startedMilliseconds: Int
    /// Server time at which it came into its state.
    package var sinceMilliseconds: Int
    /// How long people were asked since it started; what they take now is not in it.
    package var reviewMilliseconds: Int
    /// When the failure was that the last retry was for, server time.
    package var retriedFailure: Int?
    package var plan: Plan?
    /// The plan's hash as it was pinned.
    package var planHash: String?
    /// The steps that a post-condition verified in full.
    package var verifiedSteps: Set<String>
    /// What the verification agent found; nil before it was asked.
    package var verification: RecordedVerification?
    /// What went wrong, for a person.
    package var error: String?
    package var requiresHuman: Bool
    /// How its goal was planned and answered, and what that cost; nil for an operation without a goal.
    package var planning: PlanningRecord?
    /// The report as it was at the end, JSON text; the steps' own records may be gone by then.
    package var report: [UInt8]?

    static let fields = [
        "state", "version", "request", "created", "updated", "ended", "plan", "error", "requires-human", "report",
        "started", "since", "reviewed", "retried", "plan-hash", "verified", "planning", "verification",
    ]

    init?(id: JobID, reply: RedisReply) throws(OrchestratorError) {
        guard let word = reply[0].string else { return nil }
        guard let state = OperationState(rawValue: word), let version = reply[1].integer, let body = reply[2].bytes,
            let request = try? JSONCoding.decode(OperationRequest.self, from: body), let created = reply[3].integer,
            let updated = reply[4].integer
        else {
            throw OrchestratorError(.malformedRecord, "the record of operation \(id) is not of the documented form")
        }
        self.id = id
        self.state = state
        self.version = version
        self.request = request
        createdMilliseconds = created
        updatedMilliseconds = updated
        endedMilliseconds = reply[5].integer
        do {
            plan = try reply[6].bytes.map { try JSONCoding.decode(Plan.self, from: $0) }
        } catch {
            throw OrchestratorError(.malformedRecord, "the plan of operation \(id) is not of the documented form")
        }
        error = reply[7].string.flatMap { $0.isEmpty ? nil : $0 }
        requiresHuman = reply[8].string == "1"
        report = reply[9].bytes.flatMap { $0.isEmpty ? nil : $0 }
        startedMilliseconds = reply[10].integer ?? created
        sinceMilliseconds = reply[11].integer ?? updated
        reviewMilliseconds = reply[12].integer ?? 0
        retriedFailure = reply[13].integer
        planHash = reply[14].string
        do {
            planning = try reply[16].bytes.map { try JSONCoding.decode(PlanningRecord.self, from: $0) }
        } catch {
            throw OrchestratorError(.malformedRecord, "the planning of operation \(id) is not of the documented form")
        }
        do {
            verification = try reply[17].bytes.map { try JSONCoding.decode(RecordedVerification.self, from: $0) }
        } catch {
            throw OrchestratorError(
                .malformedRecord,
                "the verification of operation \(id) is not of the documented form"
            )
        }
        verifiedSteps = Set((reply[15].string ?? "").split(separator: " ").map(String.init))
    }

    /// What is left of its time limit, which the time that people take does not use up.
    func remainingMilliseconds(at now: Int) -> Int {
        let asking = state == .escalating ? max(0, now - sinceMilliseconds) : 0
        return request.timeoutSeconds * 1000 - (now - startedMilliseconds - reviewMilliseconds - asking)
    }

    /// The plan, held to the hash that was stored with it.
    ///
    /// - Throws: ``OrchestratorError`` `malformedRecord` when it is not the plan that was pinned.
    func pinnedPlan() throws -> Plan? {
        guard let plan else { return nil }
        guard try planHash == plan.fingerprint else {
            throw OrchestratorError(.malformedRecord, "the plan of operation \(id) is not the one that was pinned")
        }
        return plan
    }

    /// The verdict on its present run; nil where there is none.
    package var currentVerification: RecordedVerification? {
        verification.flatMap { $0.run == startedMilliseconds ? $0 : nil }
    }

    /// The orchestrators' own jobs of it that can wait for a person: the planning, and each conclusion that decided.
    var ownJobs: [JobID] {
        var jobs = [JobID(trusted: "\(id):plan"), JobID(trusted: "\(id):settled")]
        if let pass = currentVerification?.pass, pass > 0 {
            jobs.append(OperationVerifier.conclusion(id, run: startedMilliseconds, pass: pass))
        }
        return jobs
    }

    /// The ids of the jobs of its plan's steps, in the plan's order.
    package var stepJobs: [JobID] {
        (plan?.steps ?? []).map { JobID(trusted: "\(id.rawValue):\($0.name)") }
    }
}
