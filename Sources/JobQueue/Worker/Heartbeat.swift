import Logging
import RedisClient

/// Keeps the leases of one partition, and hears of lost, cancelled and overdue jobs.
///
/// Every beat also takes back leases that other processes let run out, so a dead process's jobs come back within a
/// lease and a beat, as long as one process lives.
struct Heartbeat: Sendable {
    let index: Int
    let partition: PartitionClient
    let queue: QueueName
    let process: String
    let lease: Duration
    let running: RunningJobs
    let logger: Logger

    /// The time between two beats while a job is held.
    ///
    /// However long the lease is, a cancellation or the end of a time limit is heard within it. Three beats fit into a
    /// lease, so that one lost beat loses nothing.
    var interval: Duration { min(.milliseconds(450), lease / 3) }

    /// The time between two beats while nothing is held: for the registry, and for what dead processes have left.
    var idleInterval: Duration { min(.milliseconds(900), lease / 3) }

    /// Whether a beat is due so long after the last one.
    func isDue(after elapsed: Duration) -> Bool {
        elapsed >= idleInterval || !running.held(partition: index).isEmpty
    }

    private static let jobsPerBeat = 500

    /// One beat; `info` is what the registry shows, empty to leave it.
    func beat(info: [UInt8]) async throws(JobQueueError) {
        var held = running.held(partition: index)[...]
        repeat {
            try await extend(held.prefix(Self.jobsPerBeat), info: info)
            held = held.dropFirst(Self.jobsPerBeat)
        } while !held.isEmpty
    }

    private func extend(
        _ held: ArraySlice<(id: JobID, fence: Int, progress: JobProgress?)>,
        info: [UInt8]
    ) async throws(JobQueueError) {
        var command = partition.command("extend_leases", capacity: 512 + held.count * 128)
        command.append(process)
        command.append(queue.rawValue)
        command.append(lease.wholeMilliseconds)
        command.append(max(3000, lease.wholeMilliseconds))
        command.append(bytes: info)
        var fences: [JobID: Int] = [:]
        for (id, fence, progress) in held {
            fences[id] = fence
            command.append(id.rawValue)
            command.append(fence)
            command.append(bytes: encoded(progress))
        }
        let reply = try await partition.call(command)
        for (position, reason) in [(1, RunningJobs.Interruption.lost), (2, .cancelled), (3, .overdue)] {
            for id in reply[position].elements.compactMap({ $0.string.map(JobID.init(trusted:)) }) {
                running.interrupt(id, fence: fences[id], reason)
            }
        }
        if let recovered = reply[4].integer, recovered > 0 {
            logger.info("took back leases that had run out", metadata: ["leases": "\(recovered)"])
        }
    }

    private func encoded(_ progress: JobProgress?) -> [UInt8] {
        guard let progress else { return [] }
        do {
            return Array(try JSONCoding.encode(progress))
        } catch {
            logger.error("a progress report cannot be encoded", metadata: ["error": "\(error)"])
            return []
        }
    }
}
