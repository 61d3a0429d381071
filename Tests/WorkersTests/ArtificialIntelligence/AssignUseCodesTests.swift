import JobModel
import JobQueue
import PostgresClient
import TestSupport
import Testing

@testable import Workers

@Suite("Use codes", .postgresServer, .timeLimit(.minutes(10)))
struct AssignUseCodesTests {
    /// Two counties' parcels, the codes of some of which are taken away.
    private static func loaded(
        _ body: (TestWorkers, PostgresClient, _ truth: [String: String]) async throws -> Void
    ) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL")
            try await workers.load("NAL", county: "BAKER")
            let rows = try await client.query("SELECT parcel_id, dor_uc FROM parcels WHERE parcel_id LIKE '%3'")
            let truth = try Dictionary(
                uniqueKeysWithValues: rows.map {
                    (try $0.decode("parcel_id", as: String.self), try $0.decode("dor_uc", as: String.self))
                }
            )
            try await client.execute("UPDATE parcels SET dor_uc = NULL WHERE parcel_id LIKE '%3'")
            try await body(workers, client, truth)
        }
    }

    @Test("parcels without a code get the right one, with a calibrated confidence")
    func assigns() async throws {
        try await Self.loaded { workers, client, truth in
            let first = try await workers.checked("ai_ml", "assign_use_codes", [:], job: "codes-1")
            let assignments = try #require(first.result["assignments"]?.elements)
            #expect(assignments.count == truth.count)
            let right = assignments.count { truth[$0["parcel_id"]?.string ?? ""] == $0["code"]?.string }
            let model = try #require(first.result["model"])
            #expect(Double(right) / Double(assignments.count) > 0.9)
            #expect((model["accuracy"]?.double ?? 0) > 0.9)
            #expect((model["accuracy"]?.double ?? 0) > (model["baseline"]?.double ?? 1))
            #expect((model["calibration_error"]?.double ?? 1) < 0.1)
            #expect(assignments.allSatisfy { $0["source"] == "model" })
            let again = try await workers.checked("ai_ml", "assign_use_codes", [:], job: "codes-1")
            #expect(again.result == first.result)
            #expect(try await client.number("SELECT count(*) FROM use_code_assignments") == truth.count)
            #expect(try await client.number("SELECT count(*) FROM use_code_models") == 1)
        }
    }

    @Test("the rows pass the checks of their dataset, and the rules that were learnt count in the next run")
    func plan() async throws {
        try await Self.loaded { workers, _, _ in
            let assign = try await workers.checked("ai_ml", "assign_use_codes")
            let parameters: JSONValue = [
                "data": try #require(assign.result["rows"]), "dataset": try #require(assign.result["dataset"]),
                "fields_not_kept": try #require(assign.result["fields_not_kept"]), "allow_empty": true,
            ]
            let validate = try await workers.run("data_quality", "validate", parameters)
            #expect(validate.result["rows_checked"]?.int ?? 0 > 10)
            #expect(validate.result["rows_invalid"] == 0)
            #expect(validate.result["rules_skipped"]?.elements?.isEmpty == false)
            let store = try await workers.checked(
                "ai_ml",
                "store_rules",
                ["rules": try #require(assign.result["rules"])]
            )
            #expect(store.result["stored"] == 1)
            let next = try await workers.checked("ai_ml", "assign_use_codes")
            let learnt = assign.result["rules"]?[0]?["body"]?["minimum_confidence"]?.double
            #expect(next.result["minimum_confidence"]?.double == learnt)
        }
    }

    @Test("a stored rule goes before the classifier, and its confidence is how often it is right")
    func overrides() async throws {
        try await Self.loaded { workers, _, _ in
            let rule: JSONValue = [
                "rule_id": "vacant", "kind": "use_code_override",
                "body": ["field": "PA_UC", "equals": "00", "code": "000"],
            ]
            _ = try await workers.checked("ai_ml", "store_rules", ["rules": [rule]])
            let outcome = try await workers.checked("ai_ml", "assign_use_codes")
            let ruled = outcome.result["assignments"]?.elements?.filter { $0["source"] == "rule" } ?? []
            #expect(!ruled.isEmpty)
            #expect(ruled.allSatisfy { $0["code"] == "000" && $0["confidence"] == 1 })
        }
    }

    @Test("the code of a parcel's sale is taken before a guess")
    func sales() async throws {
        try await Self.loaded { workers, _, truth in
            try await workers.load("SDF")
            let outcome = try await workers.checked("ai_ml", "assign_use_codes")
            let sold = outcome.result["assignments"]?.elements?.filter { $0["source"] == "sale" } ?? []
            #expect(!sold.isEmpty)
            #expect(sold.allSatisfy { truth[$0["parcel_id"]?.string ?? ""] == $0["code"]?.string })
            #expect(sold.allSatisfy { ($0["confidence"]?.double ?? 0) > 0.9 && ($0["confidence"]?.double ?? 1) < 1 })
        }
    }

    @Test("parcels of the request are filled up from the database, and a code of the roll is kept")
    func given() async throws {
        try await Self.loaded { workers, client, _ in
            let row = try #require(
                try await client.query("SELECT parcel_id FROM parcels WHERE co_no = 16 AND dor_uc IS NOT NULL LIMIT 1")
                    .first
            )
            let known: String = try row.decode(0)
            let parameters: JSONValue = [
                "parcels": [
                    ["PARCEL_ID": .string(known), "CO_NO": 16], ["PARCEL_ID": "NEW1", "CO_NO": "16", "JV": 250_000],
                ]
            ]
            let outcome = try await workers.checked("ai_ml", "assign_use_codes", parameters)
            #expect(outcome.result["assignments"]?[0]?["source"] == "roll")
            #expect(outcome.result["assignments"]?[0]?["confidence"] == 1)
            #expect(outcome.result["assignments"]?[1]?["source"] == "model")
            #expect(outcome.result["rows"]?.elements?.count == 1)
        }
    }

    @Test("with nothing to learn from it says so and is not confident")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let outcome = try await workers.checked("ai_ml", "assign_use_codes")
            #expect(outcome.confidence == 0)
            #expect(outcome.result["model"] == nil)
            #expect(outcome.result["model_note"]?.string?.hasPrefix("too little to learn from") == true)
            let parameters: JSONValue = ["parcels": [["PARCEL_ID": "X", "CO_NO": 16, "JV": 1]]]
            let asked = try await workers.checked("ai_ml", "assign_use_codes", parameters)
            #expect(asked.result["unassigned"] == 1)
            #expect(asked.confidence == 0)
            let empty: JSONValue = ["data": [], "dataset": "NAL", "allow_empty": true]
            #expect(try await workers.run("data_quality", "validate", empty).confidence == 1)
        }
    }

    @Test(
        "parcels that cannot be found are refused by name",
        arguments: [
            (["parcels": [["CO_NO": 16]]], "parcels[0].PARCEL_ID"),
            (["parcels": [["PARCEL_ID": "1", "CO_NO": 99]]], "parcels[0].CO_NO"),
            (["training_limit": 5], "training_limit"), (["minimum_confidence": 2], "minimum_confidence"),
        ] as [(JSONValue, String)]
    )
    func wrong(parameters: JSONValue, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("ai_ml", "assign_use_codes", parameters)
            #expect(failure.field == field)
        }
    }

    @Test("training stops when the job is cancelled")
    func cancelled() async throws {
        try await Self.loaded { workers, client, _ in
            let (reports, reported) = AsyncStream.makeStream(of: JobProgress.self)
            let task = Task { try await workers.run("ai_ml", "assign_use_codes", [:]) { reported.yield($0) } }
            for await report in reports where report.done == 1 { break }
            task.cancel()
            guard case .failure(let error) = await task.result else {
                Testing.Issue.record("the run ended before it was cancelled")
                return
            }
            #expect(!(error is JobFailure))
            let stored = try await client.number("SELECT count(*) FROM use_code_assignments")
            #expect(stored == 0)
        }
    }
}

@Suite("The classifier of use codes")
struct UseCodeClassifierTests {
    /// Parcels whose code follows from their value and words, with some noise.
    private static func examples(_ count: Int, seed: Int, noise: Double) -> [UseCodeClassifier.Example] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let label = random.below(4)
            let seen = random.unit() < noise ? random.below(4) : label
            let fields = [
                "JV": String(50_000 << seen), "S_LEGAL": ["LOT BLOCK", "ACRES SECTION", "UNIT CONDO", "TRACT"][seen],
                "NBRHD_CD": String(random.below(50)),
            ]
            return UseCodeClassifier.Example(features: ParcelFeatures(fields), label: label)
        }
    }

    @Test("is as sure as it is right, also where no one could be right always", arguments: [0.0, 0.3])
    func calibrated(noise: Double) throws {
        let examples = Self.examples(800, seed: 7, noise: noise)
        let quality = try CrossValidation(examples: examples, categories: ["A", "B", "C", "C"], seed: 1).run { _ in }
        // A share of the noise falls on the right code by chance.
        let best = 1 - noise * 0.75
        #expect(abs(quality.accuracy - best) < 0.06)
        #expect(quality.categoryAccuracy >= quality.accuracy)
        #expect(quality.calibrationError < 0.08)
        #expect(quality.calibrationError <= quality.calibrationErrorBefore + 0.02)
    }

    @Test("the same examples and seed give the same model")
    func deterministic() throws {
        let examples = Self.examples(100, seed: 3, noise: 0.2)
        let left = try UseCodeClassifier(examples, classes: 4, seed: 5)
        let right = try UseCodeClassifier(examples, classes: 4, seed: 5)
        #expect(examples.allSatisfy { left.scores($0.features) == right.scores($0.features) })
    }
}
