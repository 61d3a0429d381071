import RedisClient
import JobModel
import JobQueue
import Logging
import PostgresClient
import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import Agents

/// The history in a real PostgreSQL, with its anchor in a real Redis, and people who alter it.
@Suite("The history in PostgreSQL", .postgresServer, .redisServer(), .timeLimit(.minutes(10)))
struct HistoryLogTests {
    private func withLog(_ body: (HistoryLog, PostgresClient, JobQueue) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let namespace = "t\(UInt32.random(in: 0 ... .max))"
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: try RedisServerTrait.server.url, namespace: namespace),
            logger: logger
        )
        let postgres = PostgresClient(
            configuration: try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase()),
            logger: logger
        )
        let result: Result<Void, any Error>
        do {
            let log = HistoryLog(postgres: postgres, queue: queue, logger: logger)
            try await log.prepare()
            try await body(log, postgres, queue)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await queue.close()
        await postgres.close()
        try result.get()
    }

    private func note(_ number: Int) -> HistoryNote {
        HistoryNote(
            eventID: "op-a/\(number)-0.0",
            kind: .step,
            subject: "op-a:E\(number)",
            operationID: "op-a",
            event: "completed",
            happenedMilliseconds: number,
            body: ["number": .integer(number)]
        )
    }

    /// Runs statements as the superuser who may switch the triggers off.
    private func alter(_ postgres: PostgresClient, _ sql: String) async throws {
        try await postgres.withConnection { connection in
            try await connection.execute(
                script: """
                    ALTER TABLE history_entries DISABLE TRIGGER ALL; \(sql);
                    ALTER TABLE history_entries ENABLE TRIGGER ALL
                    """
            )
        }
    }

    @Test("an event is written once, however often it comes")
    func idempotent() async throws {
        try await withLog { log, _, _ in
            #expect(try await log.append((1...5).map(note)).count == 5)
            #expect(try await log.append((3...8).map(note) + [note(8)]).map(\.sequence) == [6, 7, 8])
            #expect(try await log.append((1...8).map(note)).isEmpty)
            let report = try await log.verify()
            #expect(report.isSound && report.entries == 8 && report.isAnchored)
            #expect(try await log.append([]).isEmpty)
        }
    }

    @Test("several historians at once leave one chain without gaps or doubles")
    func concurrent() async throws {
        try await withLog { log, _, _ in
            try await withThrowingTaskGroup { group in
                for historian in 0..<6 {
                    group.addTask {
                        for round in 0..<20 {
                            // Each event is told by two of them.
                            let first = (historian / 2) * 60 + round * 3
                            try await log.append((first..<first + 3).map(self.note))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let report = try await log.verify()
            #expect(report.findings.isEmpty)
            #expect(report.entries == 180)
        }
    }

    @Test(
        "the database refuses to change, delete or empty it",
        arguments: [
            "UPDATE history_entries SET actor = 'x'", "DELETE FROM history_entries", "TRUNCATE history_entries",
        ]
    )
    func refuses(sql: String) async throws {
        try await withLog { log, postgres, _ in
            try await log.append([note(1)])
            await #expect(throws: PostgresError.self) { try await postgres.execute(sql) }
            #expect(try await log.verify().isSound)
        }
    }

    /// What somebody who may switch the triggers off does to a chain of ten, and what must be said of it.
    static let alterations: [(sql: String, kind: ChainFinding.Kind, place: Int)] = [
        ("UPDATE history_entries SET body = '{\"number\":99}' WHERE sequence = 4", .changed, 4),
        ("UPDATE history_entries SET actor = 'ada' WHERE sequence = 1", .changed, 1),
        ("UPDATE history_entries SET event = 'failed' WHERE sequence = 10", .changed, 10),
        ("UPDATE history_entries SET kind = 'unheard_of' WHERE sequence = 6", .changed, 6),
        ("UPDATE history_entries SET hash = repeat('0', 64) WHERE sequence = 7", .changed, 7),
        ("DELETE FROM history_entries WHERE sequence = 5", .removed, 5),
        ("DELETE FROM history_entries WHERE sequence = 1", .removed, 1),
        (
            """
            DELETE FROM history_entries WHERE sequence = 5;
            UPDATE history_entries SET sequence = -sequence WHERE sequence > 5;
            UPDATE history_entries SET sequence = -sequence - 1 WHERE sequence < 0
            """, .removed, 5
        ),
        (
            """
            UPDATE history_entries SET sequence = -sequence WHERE sequence > 5;
            UPDATE history_entries SET sequence = -sequence + 1 WHERE sequence < 0;
            INSERT INTO history_entries SELECT namespace, 6, 'op-a/forged', kind, subject, operation_id, event, actor,
                happened_ms, recorded_ms, body, previous_hash, hash FROM history_entries WHERE sequence = 5
            """, .inserted, 6
        ),
        ("DELETE FROM history_entries WHERE sequence = 10", .truncated, 10),
        ("DELETE FROM history_entries WHERE sequence > 6", .truncated, 7),
        ("DELETE FROM history_entries", .truncated, 1),
    ]

    @Test("finds and names what was altered in the database", arguments: alterations.indices)
    func altered(index: Int) async throws {
        let alteration = Self.alterations[index]
        try await withLog { log, postgres, _ in
            // In several commits, as a historian writes.
            try await log.append((1...4).map(note))
            try await log.append((5...9).map(note))
            try await log.append([note(10)])
            #expect(try await log.verify().isSound)
            let noChecks = "ALTER TABLE history_entries DROP CONSTRAINT history_entries_sequence_check"
            try await alter(postgres, "\(noChecks); \(alteration.sql)")
            let report = try await log.verify()
            #expect(!report.isSound)
            let found = try #require(report.findings.first, "\(alteration.sql)")
            #expect(found.kind == alteration.kind && found.sequence == alteration.place, "\(report.findings)")
        }
    }

    @Test("finds an entry that was added at the end with a fitting hash, since no historian announced it")
    func added() async throws {
        try await withLog { log, postgres, _ in
            let last = try #require(try await log.append((1...3).map(note)).last)
            let forged = HistoryEntry(
                note(4),
                body: "{}",
                sequence: 4,
                previousHash: last.hash,
                recordedMilliseconds: 1,
                namespace: log.namespace
            )
            try await postgres.execute(
                """
                INSERT INTO history_entries VALUES ($1, 4, $2, $3, $4, $5, $6, '', $7, 1, '{}', $8, $9)
                """,
                [
                    .text(log.namespace), .text(forged.eventID), .text(forged.kind.rawValue), .text(forged.subject),
                    PostgresValue(forged.operationID), .text(forged.event), .int(forged.happenedMilliseconds),
                    .text(last.hash), .text(forged.hash),
                ]
            )
            #expect(try await log.verify().findings.map(\.kind) == [.inserted])
            // The next historian notes it in the chain itself, where it stays.
            try await log.append([note(5)])
            #expect(try await log.verify().findings.map(\.kind) == [.noted])
        }
    }

    @Test(
        "a whole chain that was rewritten in both stores is found by the mark of a checkpoint that was kept",
        .redisServer()
    )
    func rewritten() async throws {
        try await withLog { log, postgres, queue in
            let kept = try #require(try await log.append((1...6).map(note)).last)
            let mark = ChainMark(sequence: kept.sequence, hash: kept.hash)
            try await log.anchors.keep(mark)
            try await alter(postgres, "DELETE FROM history_entries")
            _ = try await queue.redis.send(RedisCommand("FLUSHALL"))
            try await log.append((2...9).map(note))
            let blind = try await log.verify()
            #expect(blind.isSound, "nothing is left to know it by: \(blind.findings)")
            let report = try await log.verify(expected: [mark])
            #expect(report.findings.map(\.kind) == [.replaced])
            #expect(!report.isSound)
        }
    }

    @Test("an anchor that Redis has lost is told, noted and no damage", .redisServer())
    func unanchored() async throws {
        try await withLog { log, _, queue in
            try await log.append((1...3).map(note))
            _ = try await queue.redis.send(RedisCommand("FLUSHALL"))
            let lost = try await log.verify()
            #expect(lost.isSound && !lost.isAnchored)
            #expect(lost.findings.map(\.kind) == [.unanchored])
            try await log.append([note(4)])
            let noted = try await log.verify()
            #expect(noted.isSound && noted.isAnchored && noted.entries == 5)
        }
    }

    @Test("a historian that dies between the announcement and the commit leaves a sound chain")
    func interrupted() async throws {
        try await withLog { log, _, _ in
            let last = try #require(try await log.append((1...3).map(note)).last)
            let head = ChainMark(sequence: last.sequence, hash: last.hash)
            try await log.anchors.announce(
                previous: head,
                next: ChainMark(sequence: 5, hash: String(repeating: "e", count: 64))
            )
            #expect(try await log.verify().findings.isEmpty)
            try await log.append([note(4)])
            #expect(try await log.verify().findings.isEmpty)
        }
    }

    @Test("nothing is committed while Redis cannot be told")
    func withoutRedis() async throws {
        let redis = try await PrivateRedis.start()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let queue = try JobQueue(configuration: JobQueueConfiguration(redisURL: redis.url), logger: logger)
        let postgres = PostgresClient(
            configuration: try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase()),
            logger: logger
        )
        let log = HistoryLog(postgres: postgres, queue: queue, logger: logger)
        try await log.prepare()
        try await log.append([note(1)])
        await redis.terminate()
        await #expect(throws: (any Error).self) { try await log.append([note(2)]) }
        #expect(try await log.head().sequence == 1)
        await queue.close()
        await postgres.close()
    }
}
