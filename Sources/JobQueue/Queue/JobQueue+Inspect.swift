import RedisClient

extension JobQueue {
    /// One job; `nil` when no record of it exists (any more).
    public func job(_ id: JobID) async throws(JobQueueError) -> JobSnapshot? {
        try await jobs([id]).first ?? nil
    }

    /// Jobs in the order of the ids; `nil` where no record exists.
    public func jobs(_ ids: [JobID]) async throws(JobQueueError) -> [JobSnapshot?] {
        let commands = ids.map { id in
            RedisCommand(words: ["HMGET", partition(of: id).key(job: id)] + JobSnapshot.fields)
        }
        var snapshots: [JobSnapshot?] = []
        for (id, reply) in zip(ids, await redis.pipeline(commands)) {
            switch reply {
            case .success(let reply): snapshots.append(try JobSnapshot(id: id, reply: reply))
            case .failure(let error): throw JobQueueError(error)
            }
        }
        return snapshots
    }

    /// The depth of every queue, summed over the partitions, in the order of their names.
    public func queues() async throws(JobQueueError) -> [QueueDepth] {
        var depths: [QueueName: QueueDepth] = [:]
        for partition in allPartitions {
            for row in try await partition.call("describe_queues", []).elements {
                let depth = try QueueDepth(reply: row)
                depths[depth.queue] = depths[depth.queue]?.adding(depth) ?? depth
            }
        }
        return depths.values.sorted { $0.queue.rawValue < $1.queue.rawValue }
    }

    /// The worker processes that have given a sign of life lately.
    public func processes() async throws(JobQueueError) -> [ProcessInfo] {
        var processes: [String: ProcessInfo] = [:]
        for partition in allPartitions {
            let now = try await serverMilliseconds(partition)
            let names = try await partition.send(
                RedisCommand("ZRANGEBYSCORE", "\(partition.base):processes", "(\(now)", "+inf")
            )
            for name in names.elements.compactMap(\.string) {
                let record = try await partition.send(RedisCommand("GET", "\(partition.base):process:\(name)"))
                guard let bytes = record.bytes, let info = try? JSONCoding.decode(ProcessInfo.self, from: bytes) else {
                    continue
                }
                processes[name] = info
            }
        }
        return processes.values.sorted { ($0.queue.rawValue, $0.id) < ($1.queue.rawValue, $1.id) }
    }

    /// The time of the server, milliseconds since 1970.
    package func serverMilliseconds(_ partition: PartitionClient) async throws(JobQueueError) -> Int {
        let reply = try await partition.send(RedisCommand("TIME"))
        guard let seconds = reply[0].integer, let microseconds = reply[1].integer else {
            throw JobQueueError(.malformed, "TIME did not answer two numbers")
        }
        return seconds * 1000 + microseconds / 1000
    }
}
