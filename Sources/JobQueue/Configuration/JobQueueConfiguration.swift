/// What a process must know of the queue; equal in all processes of a deployment but for the times.
public struct JobQueueConfiguration: Sendable {
    /// Where Redis is: `redis://`, `rediss://` or `unix:`, with user, password and database.
    public var redisURL: String
    /// The first part of every key; 1 to 32 characters of `a–z 0–9 -`.
    public var namespace: String
    /// Into how many independent shards the keyspace is cut; fixed for the life of a namespace.
    public var partitions: Int
    /// How long a delivery stays its worker's without a heartbeat, from 1 s up.
    public var lease: Duration
    /// The largest input or result of a job, in bytes of JSON.
    public var maximumPayloadBytes: Int
    /// How long an idempotency key is remembered, whether or not its job still exists.
    public var idempotencyLife: Duration
    /// How long an enqueue is tried again while Redis cannot be reached.
    public var enqueueDeadline: Duration

    /// One partition, a lease of 5 s, a payload limit of 1 MiB, idempotency keys for a day, 10 s for an enqueue.
    public init(
        redisURL: String = "redis://127.0.0.1:6379",
        namespace: String = "concord",
        partitions: Int = 1,
        lease: Duration = .seconds(5),
        maximumPayloadBytes: Int = 1 << 20,
        idempotencyLife: Duration = .seconds(86_400),
        enqueueDeadline: Duration = .seconds(10)
    ) {
        self.redisURL = redisURL
        self.namespace = namespace
        self.partitions = partitions
        self.lease = lease
        self.maximumPayloadBytes = maximumPayloadBytes
        self.idempotencyLife = idempotencyLife
        self.enqueueDeadline = enqueueDeadline
    }

    /// What is wrong with the values, as `field: why`; `nil` when nothing is.
    public var defect: String? {
        let legal = namespace.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        if !(1...32).contains(namespace.utf8.count) || !legal { return "namespace: 1 to 32 characters of a-z 0-9 -" }
        if !(1...64).contains(partitions) { return "partitions: from 1 to 64" }
        if lease < .seconds(1) { return "lease: at least one second" }
        if idempotencyLife < .milliseconds(1) || idempotencyLife > JobPolicy.longestTime {
            return "idempotencyLife: from a millisecond to 100 years"
        }
        if maximumPayloadBytes < 1024 { return "maximumPayloadBytes: at least 1024" }
        return nil
    }
}
