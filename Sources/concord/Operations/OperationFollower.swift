import JobModel
import JobQueue
import Orchestrator

/// Follows an operation until it has ended, or waits for a person.
struct OperationFollower: Sendable {
    let operations: Operations
    let output: CommandOutput
    /// Whether every change is shown.
    let isDrawn: Bool
    /// Whether to go on while a person is asked, because someone watches who may be that person.
    var staysForReview = false

    /// Follows it; returns its last report.
    ///
    /// - Throws: ``CommandFailure`` when there is no such operation.
    func follow(_ id: JobID) async throws -> OperationReport {
        let events = EventHub(queue: operations.queue, logger: operations.queue.logger)
        let changes = events.subscribe(to: id.rawValue)
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup { group in
            group.addTask { () -> OperationReport? in
                try await events.run()
                return nil
            }
            group.addTask { () -> OperationReport? in
                for await _ in changes { look.yield() }
                return nil
            }
            group.addTask { () -> OperationReport? in
                // An event can be missed while Redis restarts; a look each second cannot.
                while true {
                    look.yield()
                    try await Task.sleep(for: .seconds(1))
                }
            }
            group.addTask { () -> OperationReport? in try await watch(id, looks) }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CommandFailure(.failed, "the events of operation \(id) ended")
        }
    }

    private func watch(_ id: JobID, _ looks: AsyncStream<Void>) async throws -> OperationReport {
        var drawing = OperationDrawing(output: output)
        var patience = 3
        for await _ in looks {
            guard let report = try await operations.report(id) else {
                throw CommandFailure(.failed, "there is no operation \(id)")
            }
            // The escalation of a request that cannot be planned opens a moment after the operation has failed.
            let lacksEscalation = report.requiresHuman && report.escalations.isEmpty && patience > 0
            if lacksEscalation { patience -= 1 }
            let isOver = !lacksEscalation && (report.isTerminal || (report.isSettled && !staysForReview))
            if isDrawn { try drawing.draw(report, isLast: isOver) }
            if isOver { return report }
            // Ten pictures a second are enough for anyone.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CancellationError()
    }
}

extension OperationReport {
    /// Whether it has ended.
    var isTerminal: Bool { OperationState(rawValue: status)?.isTerminal == true }

    /// The exit code that says how it stands.
    var exitStatus: ExitStatusCode {
        switch OperationState(rawValue: status) {
        case .completed: .done
        case .escalating: .waiting
        case .failed, .cancelled: .failed
        default: .done
        }
    }
}
