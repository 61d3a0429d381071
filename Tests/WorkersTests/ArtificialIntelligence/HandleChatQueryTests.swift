import JobModel
import JobQueue
import PostgresClient
import RedisClient
import TestSupport
import Testing

@testable import Workers

@Suite("The grammar of questions")
struct QuestionGrammarTests {
    private static func condition(
        _ field: String,
        _ comparison: QuestionPlan.Comparison,
        _ value: JSONValue
    ) -> QuestionPlan.Condition {
        QuestionPlan.Condition(field: field, comparison: comparison, value: value)
    }

    @Test(
        "understands every word of questions such as these",
        arguments: [
            ("How many parcels are there in Broward?", QuestionPlan.Subject.property, QuestionPlan.Measure.count),
            ("How many vacant parcels are in Miami-Dade County?", .property, .count),
            ("What is the median sale price in Broward in 2025?", .sale, .median),
            ("Show the 5 sales with the highest price", .sale, .list),
            ("Which properties are owned by GULF PALM?", .property, .list),
            ("List single family homes built after 1990 in St. Johns", .property, .list),
            ("Properties over $500,000 in Baker County", .property, .list),
            ("How many sales were there in March 2025?", .sale, .count),
            ("What is the total just value of parcels per county?", .property, .sum),
            ("Who is the registered agent of Gulf Palm Holdings LLC?", .company, .list),
            ("What is loaded?", .status, .list),
            ("How many rolls are loaded by dataset?", .status, .count),
            ("What is the state of operation op-20251020-143022-a1b2c3d4?", .operation, .list),
            ("Which operations failed?", .operation, .list), ("How many operations are running?", .operation, .count),
            ("How many operations are there by state?", .operation, .count),
            ("How many companies were filed in 2024?", .company, .count),
            ("Which companies in Fort Lauderdale are inactive?", .company, .list),
            ("Companies with registered agent Pelican Agents Inc", .company, .list),
            ("Show parcels on Ocean Drive in Miami Beach", .property, .list),
            ("When was Broward last loaded?", .status, .list), ("Is Broward up to date?", .status, .list),
            ("What did parcel 474131AA0070 sell for?", .sale, .list),
            ("How much is parcel 474131AA0070 worth?", .property, .list),
            ("What is the total sales volume in Broward in 2024?", .sale, .sum),
            ("How many condos were sold in Palm Beach in 2025?", .sale, .count),
            ("Average living area of homes built before 1980 in Duval", .property, .average),
            ("Number of parcels by use code in Baker", .property, .count),
            ("Largest lots over 2 acres in Liberty County", .property, .list),
            ("Who owns parcel 474131AA0070?", .property, .list),
            ("Median sale price by month in Broward in 2025", .sale, .median),
            ("Cheapest qualified sales in Lafayette", .sale, .list),
        ]
    )
    func understood(question: String, subject: QuestionPlan.Subject, measure: QuestionPlan.Measure) throws {
        let reading = QuestionGrammar.read(question)
        let plan = try #require(reading.plan)
        #expect(plan.subject == subject)
        #expect(plan.measure == measure)
        #expect(reading.missed.filter { !["state", "5"].contains($0) } == [])
        #expect(throws: Never.self) { try plan.check(at: "plan") }
        #expect(QuestionPlan.schema.defects(in: try JSONValue(encoding: plan)) == [])
    }

    @Test(
        "the state is no city, and a day no street",
        arguments: [
            ("How many companies in Florida are active?", []), ("How many companies were filed on Monday?", ["monday"]),
            ("Which parcels in FL are vacant?", []),
        ]
    )
    func places(question: String, missed: [String]) throws {
        let reading = QuestionGrammar.read(question)
        let fields = try #require(reading.plan).conditions.map(\.field)
        #expect(!fields.contains("city") && !fields.contains("address"), "\(fields)")
        #expect(reading.missed.map { $0.lowercased() } == missed)
    }

    @Test("turns words into conditions")
    func conditions() throws {
        let homes = try #require(
            QuestionGrammar.read(
                "single family homes in Broward over $350k built before 1980 with at least 2,000 square feet"
            ).plan
        )
        #expect(
            Set(homes.conditions)
                == Set([
                    Self.condition("county", .equals, "Broward"), Self.condition("use_code", .equals, "001"),
                    Self.condition("just_value", .atLeast, 350_001), Self.condition("year_built", .atMost, 1979),
                    Self.condition("living_area", .atLeast, 2000),
                ])
        )
        let sales = try #require(QuestionGrammar.read("qualified sales between $100,000 and $200,000 since 2024").plan)
        #expect(
            Set(sales.conditions)
                == Set([
                    Self.condition("is_qualified", .equals, true), Self.condition("price", .atLeast, 100_000),
                    Self.condition("price", .atMost, 200_000), Self.condition("year", .atLeast, 2024),
                ])
        )
        let owner = try #require(QuestionGrammar.read("parcels owned by John Smith in Baker county").plan)
        #expect(owner.conditions.contains(Self.condition("owner", .hasWords, "John Smith")))
        #expect(owner.conditions.contains(Self.condition("county", .equals, "Baker")))
    }

    @Test("names the words that it does not understand, and gives up where nothing is clear")
    func notUnderstood() {
        let reading = QuestionGrammar.read("How many haunted parcels are in Broward?")
        #expect(reading.missed == ["haunted"])
        #expect(QuestionGrammar.read("Will it rain tomorrow?").plan == nil)
        #expect(QuestionGrammar.read("").plan == nil)
    }

    @Test("never fails, whatever it is given")
    func hostile() {
        var random = SeededRandom(seed: 4)
        let pieces = [
            "parcels", "'; DROP TABLE parcels; --", "owned by", "in", "Broward", "over", "$", "1e999", "%", "between",
            "and", "9", "\u{0}", "built", "999999999999999999999", "op-20251020-143022-a1b2c3d4", "é", "at", "address",
        ]
        for _ in 0..<500 {
            let question = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined(separator: " ")
            guard let plan = QuestionGrammar.read(question).plan else { continue }
            let statement = QuestionStatement(plan, limit: 10)
            #expect(!statement.sql.contains("DROP"))
        }
    }
}

@Suite("Questions", .postgresServer, .redisServer(), .timeLimit(.minutes(5)))
struct HandleChatQueryTests {
    private static func ask(_ question: String) -> JSONValue { ["query": .string(question)] }

    @Test("answers agree with SQL, and cite rows and loads")
    func answers() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            for dataset in ["NAL", "SDF"] { try await workers.load(dataset) }
            let count = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("How many vacant parcels are in Broward?")
            )
            let vacant = try await client.number(
                "SELECT count(*) FROM parcels p JOIN use_codes u ON u.code = p.dor_uc WHERE u.is_vacant"
            )
            #expect(count.result["rows"]?[0]?["values"]?["count"]?.int == vacant)
            #expect(count.confidence == 1)
            #expect(count.result["answer"]?.string?.contains("synthetic") == true)
            let list = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("Show the most expensive properties")
            )
            let first = try #require(list.result["rows"]?[0])
            let highest = try await client.number("SELECT max(jv) FROM parcels")
            #expect(first["values"]?["just_value"]?.int == highest)
            #expect(first["citation"]?.string?.hasPrefix("parcels 16 2025P ") == true)
            #expect(list.result["total"] == 200)
            #expect(list.result["rows"]?.elements?.count == 10)
            #expect(list.result["sources"]?[0]?["rolls"] == 1)
        }
    }

    @Test("a deed of several parcels counts once, and a median is of qualified sales")
    func deeds() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            let count = try await workers.checked("ai_ml", "handle_chat_query", Self.ask("How many sales are there?"))
            let deeds = try await client.number("SELECT count(DISTINCT clerk_no) FROM sales")
            try #require(deeds < (try await client.number("SELECT count(*) FROM sales")))
            #expect(count.result["rows"]?[0]?["values"]?["count"]?.int == deeds)
            let median = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("What is the median sale price?")
            )
            let expected = try await client.number(
                """
                SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY sale_prc)::bigint FROM (
                    SELECT DISTINCT ON (clerk_no) sale_prc FROM sales WHERE qual_cd IN ('01', '02')) d
                """
            )
            #expect(median.result["rows"]?[0]?["values"]?["median"]?.double.map { Int($0) } == expected)
            #expect(median.result["assumptions"]?[0]?.string?.contains("qualified") == true)
        }
    }

    @Test("companies are answered from the register, and it says so where there is none")
    func companies() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let question = Self.ask("Who is the registered agent of Gulf Palm Holdings LLC?")
            try await client.execute("DROP TABLE IF EXISTS sunbiz_events, sunbiz_officers, sunbiz_entities CASCADE")
            let none = try await workers.checked("ai_ml", "handle_chat_query", question)
            #expect(none.confidence == 0)
            #expect(none.result["answer"]?.string?.contains("nothing of that kind was ever loaded") == true)
            try await client.execute(
                """
                CREATE TABLE sunbiz_entities (doc_number text, name text, status text, filing_type text, princ_city text,
                    princ_addr1 text, ra_name text, file_date date)
                """
            )
            try await client.execute(
                """
                INSERT INTO sunbiz_entities VALUES ('L25000000001', 'GULF PALM HOLDINGS LLC', 'A', 'FLAL', 'MIAMI', '1 MAIN ST',
                    'AGENT ONE', '2025-01-02'), ('L25000000002', 'BAY DENTAL INC', 'I', 'DOMP', 'TAMPA', '2 OAK ST', 'B', null)
                """
            )
            let answer = try await workers.checked("ai_ml", "handle_chat_query", question)
            #expect(answer.result["total"] == 1)
            #expect(answer.result["rows"]?[0]?["values"]?["registered_agent"] == "AGENT ONE")
            #expect(answer.result["rows"]?[0]?["citation"] == "sunbiz_entities L25000000001")
        }
    }

    @Test("operations are answered from the queue")
    func operations() async throws {
        try await TestWorkers.runWithQueue { workers, database, queue in
            let id = "op-20251020-143022-a1b2c3d4"
            let partition = queue.partition(of: try #require(JobID(rawValue: id)))
            let record = RedisCommand(
                "HSET",
                "\(partition.base):o:\(id)",
                "state",
                "completed",
                "type",
                "data_pipeline"
            )
            _ = try await partition.send(record)
            let found = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("What happened to operation \(id)?")
            )
            #expect(found.result["rows"]?[0]?["values"]?["state"] == "completed")
            let other = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("status of operation op-20251020-143022-ffffffff")
            )
            #expect(other.result["total"] == 0)

            _ = try await partition.send(RedisCommand("ZADD", "\(partition.base):operations", "1", id))
            for (comparison, value, count) in [
                (QuestionPlan.Comparison.hasWords, "pipeline", 1), (.hasWords, "entity", 0), (.startsWith, "data", 1),
                (.equals, "data", 0), (.equals, "DATA_PIPELINE", 1),
            ] {
                var plan = QuestionPlan(subject: .operation, measure: .count)
                plan.conditions = [QuestionPlan.Condition(field: "type", comparison: comparison, value: .string(value))]
                let answer = try await QuestionRunner(client: database, queue: queue).answer(plan, limit: 10)
                #expect(answer.total == count, "\(comparison) \(value)")
            }
        }
    }

    @Test("with nothing loaded, the catalog of loads answers and nothing else does")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let loads = try await workers.checked("ai_ml", "handle_chat_query")
            #expect(loads.result["total"] == 0)
            #expect(loads.confidence == 1)
            let parcels = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("How many parcels are there?")
            )
            #expect(parcels.confidence == 0)
            #expect(parcels.result["answer"]?.string?.hasPrefix("I cannot say") == true)
        }
    }

    @Test("what is not understood is said, and lowers the confidence")
    func notUnderstood() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            try await workers.load("NAL")
            let partly = try await workers.checked(
                "ai_ml",
                "handle_chat_query",
                Self.ask("How many haunted parcels are there?")
            )
            #expect(partly.result["not_understood"] == ["haunted"])
            #expect(partly.confidence < 0.8)
            let not = try await workers.checked("ai_ml", "handle_chat_query", Self.ask("Will it rain?"))
            #expect(not.confidence == 0)
            #expect(not.result["plan"] == nil)
        }
    }

    @Test("values of a question are parameters, never part of a statement")
    func injection() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL")
            for text in [
                "owned by x' OR '1'='1", "owned by %", "owned by _", "owned by \\", "owned by x\"; DROP TABLE parcels",
            ] {
                let outcome = try await workers.checked(
                    "ai_ml",
                    "handle_chat_query",
                    Self.ask("How many parcels are \(text)?")
                )
                #expect(
                    (outcome.result["rows"]?[0]?["values"]?["count"]?.int ?? 200) < 200 || text.hasSuffix("%")
                        || text.hasSuffix("_") || text.hasSuffix("\\")
                )
            }
            #expect(try await client.number("SELECT count(*) FROM parcels") == 200)
        }
    }

    @Test("a plan can be given in place of a question, and is checked like any other")
    func plans() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            try await workers.load("NAL")
            let plan: JSONValue = [
                "subject": "property", "measure": "count", "group_by": "use_code",
                "conditions": [["field": "county", "comparison": "equals", "value": "BROWARD"]],
            ]
            let outcome = try await workers.checked("ai_ml", "handle_chat_query", ["plan": plan])
            let rows = try #require(outcome.result["rows"]?.elements)
            #expect(rows.reduce(0) { $0 + ($1["values"]?["count"]?.int ?? 0) } == 200)
            for (wrong, field) in [
                (["subject": "property", "measure": "sum", "conditions": []], "plan.of"),
                (
                    [
                        "subject": "property", "measure": "list",
                        "conditions": [["field": "password", "comparison": "equals", "value": 1]],
                    ], "plan.conditions[0].field"
                ),
                (
                    [
                        "subject": "property", "measure": "list",
                        "conditions": [["field": "just_value", "comparison": "has_words", "value": 1]],
                    ], "plan.conditions[0].comparison"
                ),
                (
                    [
                        "subject": "property", "measure": "list",
                        "conditions": [["field": "county", "comparison": "equals", "value": "Atlantis"]],
                    ], "plan.conditions[0].value"
                ),
            ] as [(JSONValue, String)] {
                let failure = try await workers.failure("ai_ml", "handle_chat_query", ["plan": wrong])
                #expect(failure.field == field)
            }
        }
    }

    @Test("a question that is too long and a limit that is too large are refused by name")
    func wrong() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let long = try await workers.failure(
                "ai_ml",
                "handle_chat_query",
                Self.ask(String(repeating: "why ", count: 200))
            )
            #expect(long.field == "query")
            let many = try await workers.failure("ai_ml", "handle_chat_query", ["limit": 1000])
            #expect(many.field == "limit")
        }
    }
}
