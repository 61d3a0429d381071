import JobModel
import JobQueue

/// Operations whose news is to be recorded, each once, in the order in which they were noticed.
struct NoticedOperations {
    private var order: [JobID] = []
    private var members: Set<JobID> = []
    /// Operations that cannot be told: they are passed over.
    private var aside: Set<JobID> = []

    /// Adds an operation that is not there yet.
    mutating func notice(_ id: JobID) {
        guard !aside.contains(id), members.insert(id).inserted else { return }
        order.append(id)
    }

    /// Takes the first operations out.
    mutating func take(_ count: Int) -> [JobID] {
        let taken = Array(order.prefix(count))
        order.removeFirst(taken.count)
        members.subtract(taken)
        return taken
    }

    /// Puts operations back to the front that could not be recorded now.
    mutating func putBack(_ ids: [JobID]) {
        let again = withoutSetAside(ids).filter { members.insert($0).inserted }
        order.insert(contentsOf: again, at: 0)
    }

    /// Passes an operation over from now on.
    mutating func setAside(_ id: JobID) { aside.insert(id) }

    /// Those of the operations that are not passed over.
    func withoutSetAside(_ ids: [JobID]) -> [JobID] { ids.filter { !aside.contains($0) } }
}
