import NIOCore
import NIOPosix

/// Runs actions on threads of their own.
///
/// An action may compute without pause for minutes. On the threads that all tasks of the process share, as many of them
/// as there are processors would keep its HTTP server from answering, and it would pass for dead.
final class ActionTaskExecutor: TaskExecutor {
    /// The executor of this process; its threads live as long as the process.
    static let shared = ActionTaskExecutor(threads: max(2, System.coreCount))

    private let pool: NIOThreadPool

    private init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        // Whatever the pool says of its own state: a task that were not resumed would wait for ever.
        pool.submit { _ in job.runSynchronously(on: executor) }
    }
}
