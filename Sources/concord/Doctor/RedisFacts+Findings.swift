extension RedisFacts {
    /// What the facts mean for a job queue that must lose nothing.
    ///
    /// `wantedPartitions` is what the settings say.
    func findings(wantedPartitions: Int) -> [Finding] {
        [
            versionFinding, appendFinding, fsyncFinding, evictionFinding, memoryFinding, libraryFinding, clockFinding,
            partitionFinding(wantedPartitions),
        ].compactMap(\.self)
    }

    private var versionFinding: Finding {
        guard let version, let major = version.split(separator: ".").first.flatMap({ Int($0) }) else {
            return Finding(
                "redis.version",
                .warning,
                "the server does not say its version",
                remedy: "7.0 or later is needed"
            )
        }
        guard major >= 7 else {
            return Finding("redis.version", .problem, version, remedy: "upgrade to 7.0 or later, which has functions")
        }
        return Finding("redis.version", .ok, version + (isCluster ? ", in a cluster" : ""))
    }

    private var appendFinding: Finding {
        guard appendOnly else {
            return Finding(
                "redis.appendonly",
                .problem,
                "off: accepted jobs do not survive the end of redis-server",
                remedy: "redis-cli CONFIG SET appendonly yes, then CONFIG REWRITE"
            )
        }
        guard lastAppendSucceeded else {
            return Finding(
                "redis.appendonly",
                .problem,
                "the last write to the append-only file failed",
                remedy: "see the log of redis-server; the disk may be full"
            )
        }
        return Finding("redis.appendonly", .ok, "on")
    }

    private var fsyncFinding: Finding? {
        guard appendOnly else { return nil }
        switch appendFsync {
        case "always": return Finding("redis.appendfsync", .ok, "always: a lost host costs nothing")
        case "everysec":
            return Finding(
                "redis.appendfsync",
                .ok,
                "everysec: a lost host can cost up to two seconds of accepted jobs"
            )
        case let other?:
            return Finding(
                "redis.appendfsync",
                .warning,
                "\(other): a lost host can cost half a minute of accepted jobs",
                remedy: "redis-cli CONFIG SET appendfsync everysec"
            )
        case nil:
            return Finding("redis.appendfsync", .note, "the server does not show its configuration")
        }
    }

    private var evictionFinding: Finding {
        guard let evictionPolicy else {
            return Finding(
                "redis.maxmemory-policy",
                .note,
                "the server does not say it",
                remedy: "it must be noeviction"
            )
        }
        if evictionPolicy == "noeviction" { return Finding("redis.maxmemory-policy", .ok, evictionPolicy) }
        return Finding(
            "redis.maxmemory-policy",
            maximumMemory > 0 ? .problem : .warning,
            "\(evictionPolicy): \(maximumMemory > 0 ? "a full Redis drops jobs" : "with a memory limit, Redis would drop jobs")",
            remedy: "redis-cli CONFIG SET maxmemory-policy noeviction, then CONFIG REWRITE"
        )
    }

    private var memoryFinding: Finding {
        let used = "\(Moment.count(usedMemory >> 20)) MiB in use"
        guard maximumMemory > 0 else { return Finding("redis.memory", .ok, "\(used), no limit") }
        let share = Double(usedMemory) / Double(maximumMemory)
        let message = "\(used) of \(Moment.count(maximumMemory >> 20)) MiB"
        guard share >= 0.9 else { return Finding("redis.memory", .ok, message) }
        return Finding(
            "redis.memory",
            .warning,
            message,
            remedy:
                "when it is full, new jobs are refused and running ones still finish: raise maxmemory or add workers"
        )
    }

    private var libraryFinding: Finding {
        let others =
            otherLibraries.isEmpty
            ? ""
            : "; \(otherLibraries.count) of other versions, which FUNCTION DELETE removes once none of their processes run"
        guard hasLibrary else {
            return Finding(
                "redis.functions",
                .note,
                "this version's library is not loaded yet; the first call loads it" + others
            )
        }
        return Finding("redis.functions", .ok, "this version's library is loaded" + others)
    }

    private var clockFinding: Finding {
        let skew = abs(clockSkewMilliseconds)
        let message = "this host and Redis differ by \(Moment.count(skew)) ms"
        guard skew >= 1000 else { return Finding("redis.clock", .ok, message) }
        return Finding(
            "redis.clock",
            .warning,
            message,
            remedy: "leases and delays go by the clock of Redis and are right; ids and logs are not: run a time service"
        )
    }

    private func partitionFinding(_ wanted: Int) -> Finding {
        guard let partitions else {
            return Finding("redis.partitions", .note, "none on record: no process has worked in this namespace yet")
        }
        guard partitions == wanted else {
            return Finding(
                "redis.partitions",
                .problem,
                "\(partitions) on record, \(wanted) in the settings: ids would be looked up where they are not",
                remedy: "set concord.partitions to \(partitions), or take another concord.namespace"
            )
        }
        return Finding("redis.partitions", .ok, "\(partitions)")
    }
}
