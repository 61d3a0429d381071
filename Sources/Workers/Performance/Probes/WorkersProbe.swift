import JobQueue

/// The worker processes: which kinds have a live one.
struct WorkersProbe: HealthProbe {
    let component = "workers"
    let queue: JobQueue

    func look() async throws -> [HealthFinding] {
        do throws(JobQueueError) {
            let processes = try await queue.processes()
            return WorkerCatalog.kinds.map(\.name).map { kind in
                let own = processes.filter { $0.queue == kind }
                let slots = own.reduce(0) { $0 + $1.concurrency }
                let busy = own.reduce(0) { $0 + $1.running }
                return finding(
                    kind.rawValue,
                    own.isEmpty ? .warning : .ok,
                    own.isEmpty ? "no process is alive" : "\(own.count) alive, \(busy) of \(slots) slots taken",
                    value: Double(own.count),
                    threshold: 1,
                    unit: "processes",
                    issue: .connection
                )
            }
        } catch {
            return [finding("connection", .critical, "cannot be read: \(error.code.rawValue)", issue: .connection)]
        }
    }
}
