import JobQueue
import Synchronization

/// The progress that an action has reported.
final class Reports: Sendable {
    private let reports = Mutex<[JobProgress]>([])

    /// All reports, the first first.
    var all: [JobProgress] { reports.withLock { $0 } }

    func add(_ report: JobProgress) { reports.withLock { $0.append(report) } }
}
