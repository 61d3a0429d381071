import Testing

@testable import concord

@Suite("What the doctor finds of Redis")
struct RedisFindingsTests {
    /// A server as it should be.
    static let healthy: RedisFacts = {
        var facts = RedisFacts()
        facts.version = "7.0.15"
        facts.appendOnly = true
        facts.appendFsync = "everysec"
        facts.evictionPolicy = "noeviction"
        facts.hasLibrary = true
        facts.partitions = 1
        return facts
    }()

    private func level(_ subject: String, _ facts: RedisFacts, partitions: Int = 1) -> Finding.Level? {
        facts.findings(wantedPartitions: partitions).first { $0.subject == subject }?.level
    }

    @Test("is nothing where all is well")
    func well() {
        #expect(Self.healthy.findings(wantedPartitions: 1).allSatisfy { $0.level == .ok })
    }

    /// A change for the worse, what it is about, and how bad it is.
    struct Defect: Sendable {
        let subject: String
        let level: Finding.Level
        let change: @Sendable (inout RedisFacts) -> Void

        init(_ subject: String, _ level: Finding.Level, _ change: @escaping @Sendable (inout RedisFacts) -> Void) {
            self.subject = subject
            self.level = level
            self.change = change
        }
    }

    @Test(
        "is as bad as it is, and says what to do",
        arguments: [
            Defect("redis.version", .problem) { $0.version = "6.2.14" },
            Defect("redis.version", .warning) { $0.version = nil },
            Defect("redis.appendonly", .problem) { $0.appendOnly = false },
            Defect("redis.appendonly", .problem) { $0.lastAppendSucceeded = false },
            Defect("redis.appendfsync", .warning) { $0.appendFsync = "no" },
            Defect("redis.maxmemory-policy", .warning) { $0.evictionPolicy = "allkeys-lru" },
            Defect("redis.maxmemory-policy", .problem) { facts in
                facts.evictionPolicy = "allkeys-lru"
                facts.maximumMemory = 1 << 30
            },
            Defect("redis.memory", .warning) { facts in
                facts.maximumMemory = 100 << 20
                facts.usedMemory = 95 << 20
            },
            Defect("redis.clock", .warning) { $0.clockSkewMilliseconds = -5000 },
            Defect("redis.partitions", .problem) { $0.partitions = 4 },
        ]
    )
    func findings(defect: Defect) throws {
        var facts = Self.healthy
        defect.change(&facts)
        let finding = try #require(facts.findings(wantedPartitions: 1).first { $0.subject == defect.subject })
        #expect(finding.level == defect.level)
        #expect(finding.remedy != nil)
    }

    @Test("is only a note where nothing has begun yet")
    func notes() {
        var facts = Self.healthy
        facts.hasLibrary = false
        facts.partitions = nil
        facts.appendFsync = nil
        #expect(level("redis.functions", facts) == .note)
        #expect(level("redis.partitions", facts) == .note)
        #expect(level("redis.appendfsync", facts) == .note)
    }
}
