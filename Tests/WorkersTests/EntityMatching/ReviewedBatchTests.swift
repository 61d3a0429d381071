import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("A batch of pairs in doubt", .postgresServer, .redisServer(), .timeLimit(.minutes(10)))
struct ReviewedBatchTests {
    /// Parameters with which every pair that is not quite certain is in doubt, and a person has to decide.
    private static let doubtful: [String: JSONValue] = [
        "accept_from": 1, "review_from": 0.05, "maximum_review_share": 0,
    ]

    /// Enqueues a job that has to end in an escalation.
    private func escalate(
        _ action: String,
        _ parameters: [String: JSONValue],
        _ queue: JobQueue
    ) async throws -> (job: JobSnapshot, escalation: EscalationSnapshot) {
        let input = JSONValue.object(parameters)
        let job = try NewJob(queue: "entity_matching", action: action, parameters: input)
        let ended = try await queue.ended(try await queue.enqueue(job).id)
        #expect(ended.state == .escalated)
        let name = try #require(ended.escalation)
        let escalation = try await queue.escalation(name)
        return (ended, try #require(escalation))
    }

    private func link(_ run: JobID, _ workers: TestWorkers) async throws -> JSONValue {
        let parameters: JSONValue = ["matches": .string(run.rawValue)]
        return try await workers.checked("entity_matching", "link_properties_to_entities", parameters, job: "links")
            .result
    }

    @Test("is carried out by the next step once a person approved it, and not before")
    func approved() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await MatchingFixture.fill(client, count: 60)
            try await workers.withWorkers(["entity_matching"], on: queue) {
                let (job, escalation) = try await escalate("match_entities", Self.doubtful, queue)
                let inDoubt = try await client.number("SELECT count(*) FROM entity_matches WHERE decided = 'review'")
                #expect(inDoubt > 50)
                let early = try await link(job.id, workers)
                #expect(early["links"] == 0 && early["pairs_decided"] == 0)
                _ = try await queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "ada")
                #expect(try await queue.ended(job.id).state == .completed)
                let linked = try await link(job.id, workers)
                #expect(linked["notes"] == [])
                #expect(linked["pairs_decided"]?.int == inDoubt && linked["owners_in_review"] == 0)
                #expect((linked["properties"]?.int ?? 0) >= 55)
                let again = try await link(job.id, workers)
                #expect(again["links"] == linked["links"] && again["pairs_decided"] == 0)
            }
            let byPerson = try await client.number("SELECT count(*) FROM entity_matches WHERE is_by_person")
            #expect(byPerson > 50)
        }
    }

    @Test(
        "stays in doubt where a person approves it for another reason, or has not seen all of it",
        arguments: [(60, 1.0, ReviewReason.lowConfidence), (130, 0.0, .approvalRequired)]
    )
    func unseen(count: Int, share: Double, reason: ReviewReason) async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await MatchingFixture.fill(client, count: count)
            try await workers.withWorkers(["entity_matching"], on: queue) {
                var parameters = Self.doubtful
                parameters["maximum_review_share"] = .number(share)
                let (job, escalation) = try await escalate("match_entities", parameters, queue)
                #expect(escalation.reason == reason)
                let result = try JSONValue(parsing: try #require(job.result))
                let shown = try #require(result["review_pairs"]?.elements?.count)
                #expect((result["in_review"]?.int == shown) == (reason == .lowConfidence))
                #expect(result["next"]?.string?.hasPrefix("approving leaves") == true)
                _ = try await queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "ada")
                #expect(try await queue.ended(job.id).state == .completed)
                let linked = try await link(job.id, workers)
                #expect(linked["links"] == 0 && linked["pairs_decided"] == 0)
                #expect(linked["notes"]?[0]?.string?.hasPrefix("matches: the approval decides no pairs") == true)
                let carryOut: JSONValue = ["carry_out": .string(job.id.rawValue)]
                let refused = try await workers.failure("entity_matching", "deduplicate", carryOut)
                #expect(refused.code == "not_decided" && refused.message.contains("not all were shown"))
            }
            #expect(try await client.number("SELECT count(*) FROM entity_matches WHERE is_by_person") == 0)
        }
    }

    @Test("is decided pair by pair where a person overrides the result")
    func overridden() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await MatchingFixture.fill(client, count: 60)
            try await workers.withWorkers(["entity_matching"], on: queue) {
                let (job, escalation) = try await escalate("match_entities", Self.doubtful, queue)
                let document = try JSONValue(parsing: job.result ?? [])
                var result = try #require(document.members)
                var pairs = (result["review_pairs"]?.elements ?? []).compactMap { $0.members }
                #expect(pairs.count > 3 && result["next"]?.string?.contains("approving accepts") == true)
                pairs[0]["decision"] = "accepted"
                pairs[1]["decision"] = "rejected"
                result["review_pairs"] = .array(pairs.map { .object($0) })
                let decision = Decision.override(.object(result))
                _ = try await queue.decide(escalation.id, decision, version: escalation.version, reviewer: "ada")
                #expect(try await queue.ended(job.id).state == .completed)
                let linked = try await link(job.id, workers)
                #expect(linked["pairs_decided"] == 2)
                #expect(try await client.number("SELECT count(*) FROM entity_matches WHERE decided = 'accepted'") == 1)
                #expect(try await client.number("SELECT count(*) FROM entity_matches WHERE decided = 'rejected'") == 1)
            }
        }
    }

    @Test("of duplicates is merged once it is approved, and its undo takes the merges back")
    func duplicates() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await MatchingFixture.fill(client, count: 60)
            try await MatchingFixture.giveTaxNumbers(client)
            try await client.execute(
                """
                INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, princ_addr1, princ_city, princ_zip,
                    fei, row_hash, as_of, is_sample)
                SELECT 'D' || substr(doc_number, 2), name, name_norm, status, princ_addr1, princ_city, princ_zip, fei, 0,
                    as_of, true FROM sunbiz_entities WHERE substr(doc_number, 2)::integer < 30
                """
            )
            try await workers.withWorkers(["entity_matching"], on: queue) {
                var parameters = Self.doubtful
                parameters["accept_from"] = nil
                parameters["confidence_threshold"] = 1
                let (job, escalation) = try await escalate("deduplicate", parameters, queue)
                let carryOut: JSONValue = ["carry_out": .string(job.id.rawValue)]
                let early = try await workers.failure("entity_matching", "deduplicate", carryOut)
                #expect(early.code == "not_decided" && early.field == "carry_out")
                _ = try await queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "ada")
                #expect(try await queue.ended(job.id).state == .completed)
                let done = try await workers.checked("entity_matching", "deduplicate", carryOut)
                let merged = try #require(done.result["merged"]?.int)
                #expect(merged >= 28 && done.confidence == 1)
                let again = try await workers.checked("entity_matching", "deduplicate", carryOut)
                #expect(again.result["merged"] == 0)
                let undo: JSONValue = ["undo": .string(job.id.rawValue)]
                let undone = try await workers.checked("entity_matching", "deduplicate", undo)
                #expect(undone.result["undone"]?.int == merged)
                // What was undone stays so, whoever comes by it again.
                let refused = try await workers.failure("entity_matching", "deduplicate", carryOut)
                #expect(refused.code == "run_undone" && refused.field == "carry_out")
                _ = try await workers.run("entity_matching", "match_entities", [:], job: "match")
                let links: JSONValue = ["matches": "match", "duplicates": .string(job.id.rawValue)]
                _ = try await workers.checked("entity_matching", "link_properties_to_entities", links)
                let repeated = try await workers.run("entity_matching", "deduplicate", [:], job: job.id.rawValue)
                #expect((repeated.result["clusters"]?.int ?? 0) > 20 && repeated.result["merged"] == 0)
                #expect(try await client.number("SELECT count(*) FROM entity_merges WHERE undone_at IS NULL") == 0)
                let anew = try await workers.run("entity_matching", "deduplicate", [:])
                #expect((anew.result["merged"]?.int ?? 0) > 20)
            }
        }
    }
}

@Suite("Links of properties", .postgresServer, .timeLimit(.minutes(5)))
struct LinkPropertiesTests {
    @Test("follow merges of several runs to the record that stands in the end")
    func survivors() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 60)
            _ = try await workers.run("entity_matching", "match_entities", [:], job: "match")
            try await client.execute(
                """
                INSERT INTO entity_merges (kind, survivor_key, merged_key, probability, rule, evidence, run_id)
                VALUES ('sunbiz_entities', 'L2', 'L1', 1, 'test', '[]', 'one'), ('sunbiz_entities', 'L3', 'L2', 1, 'test', '[]', 'two')
                """
            )
            let linked = try await workers.checked(
                "entity_matching",
                "link_properties_to_entities",
                ["matches": "match"]
            )
            #expect((linked.result["links"]?.int ?? 0) >= 55)
            let sql = "SELECT count(*) FROM property_entity_links WHERE doc_number = 'L3'"
            #expect(try await client.number(sql) == 3)
            #expect(try await client.number("SELECT count(*) FROM property_entity_links WHERE doc_number = 'L1'") == 0)
        }
    }

    @Test("merges of several runs never form a circle, and joining what is joined adds nothing")
    func circles() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 60)
            try await MatchingFixture.giveTaxNumbers(client)
            try await client.execute(
                """
                INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, princ_addr1, princ_city, princ_zip,
                    fei, row_hash, as_of, is_sample)
                SELECT 'D' || substr(doc_number, 2), name, name_norm, status, princ_addr1, princ_city, princ_zip, fei, 0, as_of,
                    true FROM sunbiz_entities WHERE substr(doc_number, 2)::integer < 20
                """
            )
            let first = try await workers.checked("entity_matching", "deduplicate", job: "first")
            #expect((first.result["merged"]?.int ?? 0) >= 18)
            // The copies are the fuller ones now, and would be survivors.
            try await client.execute(
                "UPDATE sunbiz_entities SET filing_type = NULL, file_date = NULL WHERE doc_number LIKE 'L%'"
            )
            try await client.execute("UPDATE sunbiz_entities SET filing_type = 'FLAL' WHERE doc_number LIKE 'D%'")
            let second = try await workers.checked("entity_matching", "deduplicate", job: "second")
            #expect(second.result["merged"] == 0)
            let circles = try await client.number(
                "SELECT count(*) FROM entity_survivors WHERE merged_key = survivor_key"
            )
            #expect(circles == 0)
        }
    }

    @Test("by officers stand under roles of their own")
    func officers() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 60)
            // Every company has one officer, who owns an account of his own.
            try await client.execute(
                """
                INSERT INTO sunbiz_officers (doc_number, slot, title, name_type, last, first, name_raw, addr, city, state, zip)
                SELECT doc_number, 1, 'MGR', 'P', split_part(name, ' ', 1), split_part(name, ' ', 2), name, princ_addr1,
                    princ_city, 'FL', princ_zip FROM sunbiz_entities
                """
            )
            try await client.execute(
                """
                INSERT INTO tangible (co_no, asmnt_yr, roll, acct_id, own_nam, own_addr, own_city, own_zipcd, row_hash, file_id)
                SELECT 16, 2025, 'P', 'P' || doc_number, upper(last || ',' || first), upper(addr), 'MIAMI', zip, 0,
                    (SELECT max(id) FROM source_files) FROM sunbiz_officers
                """
            )
            _ = try await workers.run("entity_matching", "match_entities", [:], job: "companies")
            let people = try await workers.run(
                "entity_matching",
                "match_entities",
                ["dataset_b": "sunbiz_officers"],
                job: "people"
            )
            #expect(people.result["columns"]?["name"] == "person_name")
            #expect((people.result["accepted"]?.int ?? 0) >= 40, "\(people.result)")
            let linked = try await workers.checked(
                "entity_matching",
                "link_properties_to_entities",
                ["matches": "companies"]
            )
            let officers = try #require(linked.result["officer_links"]?.int)
            #expect(officers >= 40)
            let roles = try await client.number(
                "SELECT count(*) FROM property_entity_links WHERE role = 'officer_as_tangible_owner'"
            )
            #expect(roles == officers)
            let failure = try await workers.failure(
                "entity_matching",
                "link_properties_to_entities",
                ["officers": "nobody"]
            )
            #expect(failure.field == "matches" || failure.field == "officers")
        }
    }
}
