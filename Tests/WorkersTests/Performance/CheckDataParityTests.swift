import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Parity of live rows and their source", .postgresServer, .timeLimit(.minutes(5)))
struct CheckDataParityTests {
    private static func comparison(_ outcome: Outcome<JSONValue>, _ source: String) -> JSONValue? {
        outcome.result["comparisons"]?.elements?.first { $0["source"] == .string(source) }
    }

    @Test("what was loaded is equal to its file, key by key", arguments: ["SDF", "NAP", "NAL"])
    func equal(dataset: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load(dataset)
            for job in ["parity-1", "parity-1"] {
                let outcome = try await workers.checked("performance", "check_data_parity", [:], job: job)
                #expect(outcome.result["different"] == 0)
                #expect(outcome.confidence == 1)
                let file = try #require(Self.comparison(outcome, "file"))
                #expect(file["status"] == "equal")
                #expect(file["method"] == "exact")
                #expect(file["matched"] == file["live_rows"])
                #expect((file["matched"]?.int ?? 0) > 50)
            }
            #expect(try await client.number("SELECT count(*) FROM staged_files WHERE merged IS NULL") == 0)
        }
    }

    @Test("a changed, a lost and an invented row are each counted")
    func different() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAP")
            try await client.execute(
                "UPDATE tangible SET tax_val = tax_val + 1, row_hash = row_hash + 1 WHERE acct_id = 'T16000001'"
            )
            try await client.execute("DELETE FROM tangible WHERE acct_id IN ('T16000002', 'T16000003')")
            try await client.execute("UPDATE tangible SET acct_id = 'T16999999' WHERE acct_id = 'T16000004'")
            let outcome = try await workers.checked("performance", "check_data_parity")
            let file = try #require(Self.comparison(outcome, "file"))
            #expect(file["status"] == "different")
            #expect(file["mismatched"] == 1)
            #expect(file["missing_live"] == 3)
            #expect(file["missing_source"] == 1)
            let recorded = try #require(Self.comparison(outcome, "recorded"))
            #expect(recorded["status"] == "different")
            #expect(recorded["live_rows"] == 78)
            #expect(outcome.result.issues.allSatisfy { $0["type"] == "corruption" && $0["subject"] == "NAP 16 2025P" })
            #expect(outcome.confidence == 1)
        }
    }

    @Test("a sample answers an interval, and is less sure")
    func sample() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL")
            try await client.execute("UPDATE parcels SET row_hash = row_hash + 1 WHERE parcel_id LIKE '%7'")
            let parameters: JSONValue = ["mode": "sample", "sample_size": 100, "sources": ["file"]]
            let outcome = try await workers.checked("performance", "check_data_parity", parameters)
            let file = try #require(Self.comparison(outcome, "file"))
            #expect(file["method"] == "sample")
            let compared = file["live_rows"]?.int ?? 0
            #expect((60...140).contains(compared))
            let interval = try #require(file["interval"])
            #expect((interval["low"]?.double ?? 1) < 0.1 && (interval["high"]?.double ?? 0) > 0.1)
            #expect(outcome.confidence < 1)
        }
    }

    @Test("rows that are staged are held against the live ones")
    func staged() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            _ = try await workers.stage("SDF", source: "sample")
            try await client.execute("DELETE FROM sales WHERE sale_id_cd = (SELECT min(sale_id_cd) FROM sales)")
            let outcome = try await workers.checked("performance", "check_data_parity", ["sources": ["staged"]])
            let staged = try #require(Self.comparison(outcome, "staged"))
            #expect(staged["status"] == "different")
            #expect((staged["missing_live"]?.int ?? 0) >= 1)
            #expect(staged["mismatched"] == 0)
        }
    }

    @Test("a file that is gone cannot be compared, and the confidence says so")
    func gone() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            try await client.execute("UPDATE source_files SET sha256 = repeat('0', 64)")
            let outcome = try await workers.checked("performance", "check_data_parity")
            #expect(outcome.result["not_comparable"] == 1)
            #expect(abs(outcome.confidence - 0.5) < 1e-9)
        }
    }

    @Test("with nothing loaded there is nothing to be sure of")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let outcome = try await workers.checked("performance", "check_data_parity")
            #expect(outcome.result["rolls"] == 0)
            #expect(outcome.confidence == 0)
        }
    }

    @Test("a cancelled comparison leaves nothing staged")
    func cancelled() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL")
            let (reports, reported) = AsyncStream.makeStream(of: JobProgress.self)
            let task = Task {
                try await workers.run("performance", "check_data_parity", ["sources": ["file"]]) { reported.yield($0) }
            }
            for await report in reports where report.unit == "bytes" { break }
            task.cancel()
            let result = await task.result
            // The comparison may have won the race; then it is whole.
            if case .failure(let error) = result { #expect(!(error is JobFailure)) }
            #expect(try await client.number("SELECT count(*) FROM staged_files WHERE merged IS NULL") == 0)
            #expect(try await client.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging\\_%'") == 0)
        }
    }

    @Test(
        "what names nothing is refused by name",
        arguments: [
            (["county": "Atlantis"], "county"), (["dataset": "NAV"], "dataset"), (["mode": "quick"], "mode"),
            (["mode": "sample", "sample_size": 2], "sample_size"),
        ] as [(JSONValue, String)]
    )
    func wrong(parameters: JSONValue, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("performance", "check_data_parity", parameters)
            #expect(failure.field == field)
        }
    }
}
