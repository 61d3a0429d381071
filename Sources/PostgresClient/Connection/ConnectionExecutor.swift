import Dispatch

/// Runs one session's calls one after the other on a queue of its own.
///
/// libpq's waits block the queue's thread; on Swift's cooperative pool they would starve every other task.
final class ConnectionExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "concord.postgres.connection")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }
}
