import NIOCore

/// Runs tasks on an event loop's thread.
///
/// The loops that fetch, settle and keep leases run here, beside their connection and apart from the threads on which
/// the actions run: an action that computes without pause keeps its lease.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        eventLoop.execute { job.runSynchronously(on: executor) }
    }

    /// Waits by the loop's own timer.
    ///
    /// `Task.sleep` wakes up through the threads that the actions run on: when actions compute on all of them, it
    /// would sleep on, and heartbeats would stop.
    ///
    /// - Throws: when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws {
        let timer = eventLoop.scheduleTask(in: .milliseconds(Int64(duration.wholeMilliseconds))) {}
        try await withTaskCancellationHandler {
            try await timer.futureResult.get()
        } onCancel: {
            timer.cancel()
        }
    }
}
