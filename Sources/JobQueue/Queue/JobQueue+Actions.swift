import RedisClient

extension JobQueue {
    /// Where the actions are registered: they belong to no job, so that one partition has them all.
    package var actionRegistry: PartitionClient { partition(0) }

    /// The actions that workers have registered within the last week, by queue, in the order of their names.
    ///
    /// Whether a worker lives that has them now, ``processes()`` says.
    public func registeredActions() async throws(JobQueueError) -> [QueueName: [ActionDescription]] {
        let registry = actionRegistry
        let names = try await registry.send(RedisCommand("SMEMBERS", "\(registry.base):queues"))
        let queues = names.elements.compactMap { $0.string.map { QueueName(trusted: $0) } }
        let commands = queues.map { RedisCommand("HVALS", "\(registry.base):actions:\($0)") }
        var registered: [QueueName: [ActionDescription]] = [:]
        for (queue, reply) in zip(queues, await redis.pipeline(commands)) {
            let lines: [String]
            switch reply {
            case .success(let reply): lines = reply.elements.compactMap(\.string)
            case .failure(let error): throw JobQueueError(error)
            }
            guard !lines.isEmpty else { continue }
            registered[queue] = try lines.map(Self.description).sorted { $0.name < $1.name }
        }
        return registered
    }

    /// Reads `FIRST-MS SEEN-MS JSON`.
    private static func description(_ line: String) throws(JobQueueError) -> ActionDescription {
        let words = line.split(separator: " ", maxSplits: 2)
        do {
            return try JSONCoding.decode(ActionDescription.self, from: (words.last ?? "").utf8)
        } catch {
            throw JobQueueError(.malformed, "a registered action is not of the documented form: \(error)")
        }
    }
}
