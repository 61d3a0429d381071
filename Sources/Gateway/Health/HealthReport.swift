import JobQueue

/// What `GET /health` of an orchestrator answers; counts that Redis would have to tell are null while it is gone.
struct HealthReport: Encodable, Sendable {
    /// What the deployment has switched on.
    struct Configuration: Encodable, Sendable {
        let confidenceThreshold: Double
        let contextCompression: Bool
        let rewooPlanning: Bool

        enum CodingKeys: String, CodingKey {
            case confidenceThreshold = "confidence_threshold"
            case contextCompression = "context_compression"
            case rewooPlanning = "rewoo_planning"
        }
    }

    /// What Redis tells.
    struct Counts: Sendable {
        let activeOperations: Int
        let escalationQueue: Int
        /// Live processes by queue, those of the workers only.
        let workers: [String: Int]
        /// Live processes by queue, those of the global agents only.
        let agents: [String: Int]
        let durability: RedisDurability
    }

    /// Why it is not healthy; `nil` when it is.
    let reason: String?
    let counts: Counts?
    let templatesLoaded: Bool
    let configuration: Configuration

    private enum CodingKeys: String, CodingKey {
        case status, reason, config, durability, agents, version, workers
        case redisConnected = "redis_connected"
        case langgraphAvailable = "langgraph_available"
        case activeOperations = "active_operations"
        case escalationQueue = "escalation_queue"
        case registeredWorkers = "registered_workers"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(reason == nil ? "healthy" : "unhealthy", forKey: .status)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encode(counts != nil, forKey: .redisConnected)
        // Kept for clients that know the engine's predecessor: the plan state machine is loaded.
        try container.encode(templatesLoaded, forKey: .langgraphAvailable)
        try container.encode(counts?.activeOperations, forKey: .activeOperations)
        try container.encode(counts?.escalationQueue, forKey: .escalationQueue)
        try container.encode(counts?.workers.count, forKey: .registeredWorkers)
        try container.encode(configuration, forKey: .config)
        try container.encode(counts?.durability, forKey: .durability)
        try container.encode(counts?.agents, forKey: .agents)
        try container.encode(counts?.workers, forKey: .workers)
        try container.encode(ConcordVersion.current, forKey: .version)
    }
}
