import JobQueue
import RedisClient

/// Redis: latency, memory, persistence, eviction.
struct RedisProbe: HealthProbe {
    let component = "redis"
    let queue: JobQueue
    let thresholds: HealthThresholds

    func look() async throws -> [HealthFinding] {
        let server = queue.partition(0)
        do throws(JobQueueError) {
            let ping = RedisCommand("PING")
            _ = try await server.send(ping, timeout: .seconds(3))
            let info = try await server.send(RedisCommand("INFO", "everything"), timeout: .seconds(3)).infoFields
            return [try await latency(of: server), memory(info), persistence(info), eviction(info)]
        } catch {
            return [finding("connection", .critical, "cannot be used: \(error.code.rawValue)", issue: .connection)]
        }
    }

    private func latency(of server: PartitionClient) async throws(JobQueueError) -> HealthFinding {
        do {
            return try await latency(thresholds) {
                _ = try await server.send(RedisCommand("PING"), timeout: .seconds(3))
            }
        } catch {
            throw error as? JobQueueError ?? JobQueueError(.unreachable, "the call was cancelled")
        }
    }

    private func memory(_ info: [Substring: Substring]) -> HealthFinding {
        let used = info["used_memory"].flatMap { Double($0) } ?? 0
        let limit = info["maxmemory"].flatMap { Double($0) } ?? 0
        guard limit > 0 else {
            return finding("memory", .ok, "\(Int(used) >> 20) MiB in use, no limit", value: used, unit: "bytes")
        }
        let share = used / limit
        return finding(
            "memory",
            HealthStatus(share, warning: thresholds.memoryWarningShare, critical: thresholds.memoryCriticalShare),
            "\(Measured.percent(share)) of the limit in use",
            value: share,
            threshold: thresholds.memoryWarningShare,
            unit: "share"
        )
    }

    private func persistence(_ info: [Substring: Substring]) -> HealthFinding {
        let isAppending = info["aof_enabled"] == "1"
        guard isAppending else {
            return finding("persistence", .warning, "off: accepted jobs do not survive the end of redis-server")
        }
        let didWrite = info["aof_last_write_status"].map { $0 == "ok" } ?? true
        return didWrite
            ? finding("persistence", .ok, "every write is appended to a file")
            : finding("persistence", .critical, "the last write to the append-only file failed")
    }

    private func eviction(_ info: [Substring: Substring]) -> HealthFinding {
        let policy = info["maxmemory_policy"].map(String.init) ?? "unknown"
        return policy == "noeviction"
            ? finding("eviction", .ok, policy)
            : finding("eviction", .warning, "\(policy): a full Redis would drop jobs in place of refusing them")
    }
}
