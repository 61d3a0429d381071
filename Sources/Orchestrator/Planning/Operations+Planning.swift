import JobModel
import JobQueue

extension Operations {
    /// Stores what was planned and spent, whatever state the operation is in: tokens are spent also for one that was cancelled.
    func keep(_ planning: PlanningRecord, of id: JobID) async throws {
        let body = String(decoding: try JSONCoding.encode(planning), as: UTF8.self)
        for _ in 0..<50 {
            guard let record = try await record(id) else { return }
            if try await write(record, record.state, [("planning", body)]) {
                if record.state.isTerminal { try await storeReport(id) }
                return
            }
        }
        throw OrchestratorError(.contention, "operation \(id) keeps changing")
    }
}
