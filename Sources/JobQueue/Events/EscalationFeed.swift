package import Logging
import RedisClient

/// One change of an escalation, as the escalation stream tells it.
package struct EscalationNotice: Sendable, Hashable {
    /// The escalation.
    package var escalation: String
    /// What happened: `opened`, `claimed`, `released`, `assigned`, `commented`, `due_set`, `reminded`, `handed_on`,
    /// `approved`, `rejected`, `overridden`, `retried`, `undone`, `expired`.
    package var event: String
    /// The version that it led to; a comment leaves it as it was.
    package var version: Int
    /// The job.
    package var job: JobID
    /// The flow (operation) of the job.
    package var flow: JobID?
    /// Who did it; empty for the system.
    package var by: String
    /// Server time, milliseconds since 1970.
    package var atMilliseconds: Int
    /// More about it, the text of a JSON object; empty for none.
    ///
    /// A value of more than 4 KiB is in the record alone.
    package var detail: String
    /// The id of its stream entry, the same when it is handed out again.
    package var entry: String

    /// Whether its job may have changed with it; claims, comments and reminders are between the reviewers.
    package var movesJob: Bool {
        ["opened", "approved", "rejected", "overridden", "retried", "undone", "expired"].contains(event)
    }
}

/// Reads the escalation streams as one of several consumers, each change by one of them.
///
/// A change is acknowledged after `handle` has returned, and taken over by another consumer when that does not happen
/// within ten seconds: `handle` must bear being called twice for one change.
package struct EscalationFeed: Sendable {
    private let queue: JobQueue
    private let consumer: String
    private let logger: Logger
    private static let group = "orchestrators"

    package init(queue: JobQueue, consumer: String, logger: Logger) {
        self.queue = queue
        self.consumer = consumer
        self.logger = logger
    }

    /// Reads until its task is cancelled.
    package func run(_ handle: @escaping @Sendable (EscalationNotice) async throws -> Void) async {
        await withTaskGroup { group in
            for index in queue.partitions.bases.indices {
                group.addTask { await follow(index, handle) }
            }
        }
    }

    private func follow(_ index: Int, _ handle: @Sendable (EscalationNotice) async throws -> Void) async {
        let redis = RedisClient(configuration: queue.redisConfiguration, logger: logger)
        let stream = "\(queue.partitions.bases[index]):escalations"
        while !Task.isCancelled {
            do throws(RedisError) {
                try await takeOver(stream, redis, handle)
                let reply = try await redis.send(
                    RedisCommand(
                        "XREADGROUP",
                        "GROUP",
                        Self.group,
                        consumer,
                        "COUNT",
                        "50",
                        "BLOCK",
                        "1000",
                        "STREAMS",
                        stream,
                        ">"
                    ),
                    timeout: .seconds(3)
                )
                try await process(reply[0][1].elements, stream, redis, handle)
            } catch {
                guard !Task.isCancelled else { break }
                await recover(from: error, stream, redis)
            }
        }
        await leave(stream, redis)
        await redis.close()
    }

    /// Changes that another consumer read and did not acknowledge.
    private func takeOver(
        _ stream: String,
        _ redis: RedisClient,
        _ handle: @Sendable (EscalationNotice) async throws -> Void
    ) async throws(RedisError) {
        var cursor = "0-0"
        repeat {
            let reply = try await redis.send(
                RedisCommand("XAUTOCLAIM", stream, Self.group, consumer, "10000", cursor, "COUNT", "50")
            )
            cursor = reply[0].string ?? "0-0"
            try await process(reply[1].elements, stream, redis, handle)
        } while cursor != "0-0"
    }

    private func process(
        _ entries: RedisReply.Elements,
        _ stream: String,
        _ redis: RedisClient,
        _ handle: @Sendable (EscalationNotice) async throws -> Void
    ) async throws(RedisError) {
        for entry in entries {
            guard let id = entry[0].string else { continue }
            if let notice = EscalationNotice(entry: id, fields: entry[1]) {
                do {
                    try await handle(notice)
                } catch {
                    logger.error(
                        "an escalation's change was not handled; it is handled again later",
                        metadata: ["escalation.id": "\(notice.escalation)", "error": "\(error)"]
                    )
                    continue
                }
            }
            _ = try await redis.send(RedisCommand("XACK", stream, Self.group, id))
            _ = try await redis.send(RedisCommand("XDEL", stream, id))
        }
    }

    private func recover(from error: RedisError, _ stream: String, _ redis: RedisClient) async {
        do throws(RedisError) {
            if error.code == .noGroup || error.code == .unblocked {
                _ = try await redis.send(RedisCommand("XGROUP", "CREATE", stream, Self.group, "0", "MKSTREAM"))
                return
            }
            logger.warning("reading escalations failed and is tried again", metadata: ["error": "\(error)"])
            try await pause()
        } catch {
            // BUSYGROUP: another consumer made it at the same moment. Anything else shows at the next read.
            logger.debug("the group of the escalation stream was not made", metadata: ["error": "\(error)"])
        }
    }

    private func pause() async throws(RedisError) {
        do {
            try await Task.sleep(for: .milliseconds(300))
        } catch {
            return  // Cancelled: the loop looks.
        }
    }

    /// Removes this consumer from the group, unless it still owes an acknowledgement, which removal would destroy.
    private func leave(_ stream: String, _ redis: RedisClient) async {
        await Task {
            do {
                let pending = try await redis.send(
                    RedisCommand("XPENDING", stream, Self.group, "-", "+", "1", consumer)
                )
                guard pending.count == 0 else { return }
                _ = try await redis.send(RedisCommand("XGROUP", "DELCONSUMER", stream, Self.group, consumer))
            } catch {
                logger.debug("the consumer was not removed", metadata: ["error": "\(error)"])
            }
        }.value
    }
}

extension EscalationNotice {
    init?(entry: String, fields: RedisReply) {
        var values: [String: String] = [:]
        for position in stride(from: 0, to: fields.count - 1, by: 2) {
            if let key = fields[position].string { values[key] = fields[position + 1].string }
        }
        guard let escalation = values["escalation"], let event = values["event"], let job = values["job"] else {
            return nil
        }
        self.init(
            escalation: escalation,
            event: event,
            version: values["version"].flatMap(Int.init) ?? 0,
            job: JobID(trusted: job),
            flow: values["flow"].flatMap { $0.isEmpty ? nil : JobID(trusted: $0) },
            by: values["by"] ?? "",
            // Entries of an earlier version carry no time of their own.
            atMilliseconds: values["at"].flatMap(Int.init) ?? Int(entry.prefix { $0 != "-" }) ?? 0,
            detail: values["detail"] ?? "",
            entry: entry
        )
    }
}
