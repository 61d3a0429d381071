package import JobModel
package import JobQueue

extension Operations {
    /// Everything that happened to an operation and its steps, oldest first, or what came after an event's id.
    ///
    /// - Throws: ``JobQueueError`` `invalidQuery` for an `after` that is no event's id, or a limit out of 1 to 1000.
    package func events(
        _ id: JobID,
        after: String? = nil,
        limit: Int = 1000
    ) async throws(JobQueueError) -> [JobEvent] {
        try await queue.timeline(of: id, after: after, limit: limit)
    }
}
