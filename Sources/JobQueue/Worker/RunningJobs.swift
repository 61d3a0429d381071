import Synchronization

/// The jobs that a process holds: those that run, and those whose outcome is not recorded yet.
///
/// A job keeps its lease until its outcome is recorded; its slot is free as soon as its action has returned.
final class RunningJobs: Sendable {
    /// Why a running action was cancelled.
    enum Interruption: Sendable {
        /// The job's cancellation was requested.
        case cancelled
        /// Its time limit has passed.
        case overdue
        /// Another process holds the job now: nothing of this run counts.
        case lost
        /// The process stops and hands the job back.
        case shutdown
    }

    private struct Entry {
        let fence: Int
        let partition: Int
        var task: Task<Void, Never>?
        var progress: JobProgress?
        var interruption: Interruption?
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var reserved = 0
        var active = 0
        var settled = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Takes all free slots for a claim; ``add(_:fence:partition:)`` uses them one by one, ``unreserve(_:)`` gives back the rest.
    func reserveFree() -> Int {
        state.withLock { state in
            let free = limit - state.active - state.reserved
            state.reserved += free
            return free
        }
    }

    func unreserve(_ count: Int) { state.withLock { $0.reserved -= count } }

    /// Registers a claimed job in a reserved slot.
    func add(_ id: JobID, fence: Int, partition: Int) {
        state.withLock { state in
            state.reserved -= 1
            state.active += 1
            state.entries[id] = Entry(fence: fence, partition: partition)
        }
    }

    /// Attaches the task that runs a job, and cancels it at once when the job was interrupted meanwhile.
    func attach(_ task: Task<Void, Never>, to id: JobID, fence: Int) {
        let isInterrupted = state.withLock { state -> Bool in
            guard state.entries[id]?.fence == fence else { return false }
            state.entries[id]?.task = task
            return state.entries[id]?.interruption != nil
        }
        if isInterrupted { task.cancel() }
    }

    func report(_ progress: JobProgress, of id: JobID, fence: Int) {
        state.withLock { state in
            if state.entries[id]?.fence == fence { state.entries[id]?.progress = progress }
        }
    }

    /// Interrupts a run; the first reason stays, but for a lost lease, which overrides every other.
    func interrupt(_ id: JobID, fence: Int? = nil, _ reason: Interruption) {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard let entry = state.entries[id], fence == nil || entry.fence == fence else { return nil }
            if entry.interruption == nil || reason == .lost { state.entries[id]?.interruption = reason }
            return entry.task
        }
        task?.cancel()
    }

    /// Interrupts every run.
    func interruptAll(_ reason: Interruption) {
        for id in state.withLock({ Array($0.entries.keys) }) { interrupt(id, reason) }
    }

    /// Gives up waiting for the actions of a partition that did not return; their jobs are to be handed back.
    func abandon(partition: Int) -> [(id: JobID, fence: Int)] {
        state.withLock { state in
            let left = state.entries.filter { $0.value.partition == partition && $0.value.interruption == .shutdown }
            for id in left.keys { state.entries[id]?.interruption = .lost }
            return left.map { ($0.key, $0.value.fence) }
        }
    }

    /// The action has returned, so its slot is free.
    ///
    /// Returns why it was interrupted, if it was.
    func returned(_ id: JobID, fence: Int) -> Interruption? {
        state.withLock { state in
            state.active -= 1
            let interruption = state.entries[id]?.fence == fence ? state.entries[id]?.interruption : .lost
            if interruption == .lost, state.entries[id]?.fence == fence { state.entries[id] = nil }
            return interruption
        }
    }

    /// The outcome is recorded, or refused: the job is this process's no more.
    func settled(_ id: JobID, fence: Int) {
        state.withLock { state in
            if state.entries[id]?.fence == fence { state.entries[id] = nil }
            state.settled += 1
        }
    }

    /// What the heartbeat of a partition reports.
    func held(partition: Int) -> [(id: JobID, fence: Int, progress: JobProgress?)] {
        state.withLock { state in
            state.entries.compactMap { id, entry in
                entry.partition == partition ? (id, entry.fence, entry.progress) : nil
            }
        }
    }

    /// Jobs whose action has not returned.
    var activeCount: Int { state.withLock { $0.active } }

    /// Jobs of which an outcome is still to be recorded.
    var heldCount: Int { state.withLock { $0.entries.count } }

    var settledCount: Int { state.withLock { $0.settled } }

    var isFull: Bool { state.withLock { $0.active + $0.reserved >= limit } }
}
