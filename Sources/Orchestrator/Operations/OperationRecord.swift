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
    package var plan: Plan?
    /// What went wrong, for a person.
    package var error: String?
    package var requiresHuman: Bool
    /// The report as it was at the end, JSON text; the steps' own records may be gone by then.
    package var report: [UInt8]?

    static let fields = [
        "state", "version", "request", "created", "updated", "ended", "plan", "error", "requires-human", "report",
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
        report = reply[9].bytes
    }

    /// The ids of the jobs of its plan's steps, in the plan's order.
    package var stepJobs: [JobID] {
        (plan?.steps ?? []).map { JobID(trusted: "\(id.rawValue):\($0.name)") }
    }
}
