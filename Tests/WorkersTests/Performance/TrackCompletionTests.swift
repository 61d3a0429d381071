import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Completion by calendar and county", .postgresServer, .timeLimit(.minutes(5)))
struct TrackCompletionTests {
    private static let november: JSONValue = ["as_of": "2025-11-22", "counties": ["06", "BAKER"]]

    @Test("counts what is due and what is loaded, and names what is missing")
    func counts() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            try await workers.load("SDF")
            for job in ["completion-1", "completion-1"] {
                let outcome = try await workers.checked("performance", "track_completion", Self.november, job: job)
                #expect(outcome.result["year"] == 2025)
                // Two counties, three datasets, preliminary and final.
                #expect(outcome.result["expected"] == 12)
                #expect(outcome.result["loaded"] == 1)
                #expect(outcome.result["sample"] == 1)
                #expect(outcome.result["missing"] == 11)
                let missing = try #require(outcome.result["missing_rolls"]?.elements)
                #expect(missing.contains { $0["roll"] == "NAL 12 2025P" && $0["days_overdue"] == 144 })
                let price = outcome.result["fill_rates"]?.elements?.first { $0["column"] == "sale_prc" }
                #expect(price?["rate"] == 1)
                #expect(outcome.confidence == 1)
            }
        }
    }

    @Test(
        "what is due follows the day",
        arguments: [("2025-06-30", 2024, 2), ("2025-07-01", 2025, 1), ("2025-10-31", 2025, 2)]
    )
    func calendar(day: String, year: Int, editions: Int) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let parameters: JSONValue = ["as_of": .string(day), "datasets": ["NAL"], "counties": [6]]
            let outcome = try await workers.checked("performance", "track_completion", parameters)
            #expect(outcome.result["year"]?.int == year)
            #expect(outcome.result["expected"]?.int == editions)
        }
    }

    @Test("with nothing loaded, everything is missing")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let outcome = try await workers.checked("performance", "track_completion", ["as_of": "2025-11-22"])
            #expect(outcome.result["expected"]?.int == 67 * 6)
            #expect(outcome.result["loaded"] == 0)
            #expect(outcome.result["missing_rolls"]?.elements?.count == 200)
            #expect(outcome.result.issues.count == 6)
        }
    }

    @Test("a record whose rows are gone lowers the confidence")
    func gone() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            try await client.execute("DELETE FROM sales")
            let outcome = try await workers.checked("performance", "track_completion", Self.november)
            #expect(outcome.confidence == 0)
        }
    }

    @Test(
        "what cannot be is refused by name",
        arguments: [
            (["as_of": "yesterday"], "as_of"), (["counties": ["06", "68"]], "counties[1]"),
            (["datasets": ["NAV"]], "datasets[0]"), (["year": 1900], "year"),
        ] as [(JSONValue, String)]
    )
    func wrong(parameters: JSONValue, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("performance", "track_completion", parameters)
            #expect(failure.field == field)
        }
    }
}
