import JobModel
import JobQueue
import RedisClient

extension Operations {
    /// Moves an operation to a state from whatever state it is in, where the table allows it.
    ///
    /// Several orchestrators may do this at once: each write names the version that was read, and one that lost the
    /// race looks again. Returns the record after the move, or as it is when the table does not allow the move; `nil`
    /// when there is no such operation. One that has ended is brought back only where `revives` says so: whoever follows
    /// the steps may come late, and must not set a failed operation to `executing` again.
    @discardableResult
    func move(
        _ id: JobID,
        to state: OperationState,
        error: String? = nil,
        requiresHuman: Bool? = nil,
        revives: Bool = false,
        fields: [(String, String)] = []
    ) async throws -> OperationRecord? {
        for _ in 0..<50 {
            guard var record = try await record(id) else { return nil }
            guard record.state.successors.contains(state), revives || !record.state.isTerminal else { return record }
            var fields = fields
            if let error { fields.append(("error", error)) }
            if let requiresHuman { fields.append(("requires-human", requiresHuman ? "1" : "0")) }
            if try await write(record, state, fields) {
                record.state = state
                record.version += 1
                record.error = error ?? record.error
                record.requiresHuman = requiresHuman ?? record.requiresHuman
                if state.isTerminal { try await storeReport(id) }
                return record
            }
        }
        throw OrchestratorError(.contention, "operation \(id) keeps changing")
    }

    /// Writes a state and fields on the version that was read; `false` when it has moved since.
    func write(
        _ record: OperationRecord,
        _ state: OperationState,
        _ fields: [(String, String)]
    ) async throws(JobQueueError) -> Bool {
        var arguments = [record.id.rawValue, String(record.version), state.rawValue, state.isTerminal ? "1" : "0"]
        for (name, value) in fields { arguments += [name, value] }
        let reply = try await queue.partition(of: record.id).call("move_operation", arguments)
        return reply[0].string == "moved"
    }

    /// Keeps the report with the operation, since the steps' own records end earlier.
    ///
    /// Written again by the job that hears of the settled flow, after which nothing of it changes any more.
    func storeReport(_ id: JobID) async throws {
        guard var record = try await record(id), record.state.isTerminal else { return }
        record.report = nil
        let report = try await report(of: record)
        let body = String(decoding: try JSONCoding.encode(report), as: UTF8.self)
        _ = try await write(record, record.state, [("report", body)])
    }
}
