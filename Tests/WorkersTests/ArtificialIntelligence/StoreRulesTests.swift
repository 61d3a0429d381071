import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Storing of rules", .postgresServer, .timeLimit(.minutes(5)))
struct StoreRulesTests {
    private static func rule(_ threshold: Int) -> JSONValue {
        ["rule_id": "drops", "kind": "detector_threshold", "body": ["detector": "drop", "threshold": .integer(threshold)]]
    }

    @Test("a change is a new version, and the same rule again is none")
    func versions() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            for (threshold, version, unchanged) in [(2, 1, 0), (2, 1, 1), (3, 2, 0), (2, 3, 0)] {
                let outcome = try await workers.checked("ai_ml", "store_rules", ["rules": [Self.rule(threshold)]])
                #expect(outcome.result["rules"]?[0]?["version"]?.int == version)
                #expect(outcome.result["unchanged"]?.int == unchanged)
                #expect(outcome.confidence == 1)
            }
            #expect(try await client.number("SELECT count(*) FROM rules") == 3)
            #expect(try await client.number("SELECT count(*) FROM rules WHERE active") == 1)
            #expect(try await client.number("SELECT version FROM rules WHERE active") == 3)
        }
    }

    @Test("no rules are fine")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            for parameters in [[:], ["rules": []]] as [JSONValue] {
                let outcome = try await workers.checked("ai_ml", "store_rules", parameters)
                #expect(outcome.result["stored"] == 0)
                #expect(outcome.confidence == 1)
            }
        }
    }

    @Test(
        "a rule that is not of its kind's form is refused by name, and nothing is stored",
        arguments: [
            (["rule_id": "a", "kind": "wish", "body": [:]], "rules[1].kind"),
            (["rule_id": "a b", "kind": "use_code_policy", "body": ["minimum_confidence": 1]], "rules[1].rule_id"),
            (["rule_id": "drops", "kind": "use_code_policy", "body": ["minimum_confidence": 1]], "rules[1].rule_id"),
            (["rule_id": "a", "kind": "use_code_policy", "body": ["minimum_confidence": 2]], "rules[1].body.minimum_confidence"),
            (["rule_id": "a", "kind": "detector_threshold", "body": ["detector": "luck", "threshold": 1]], "rules[1].body.detector"),
            (
                ["rule_id": "a", "kind": "use_code_override", "body": ["field": "PA_UC", "equals": "1", "code": "999"]],
                "rules[1].body.code"
            ),
            (
                ["rule_id": "a", "kind": "use_code_override", "body": ["field": "COLOR", "equals": "1", "code": "001"]],
                "rules[1].body.field"
            ),
        ] as [(JSONValue, String)]
    )
    func wrong(rule: JSONValue, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let failure = try await workers.failure("ai_ml", "store_rules", ["rules": [Self.rule(2), rule]])
            #expect(failure.field == field)
            #expect(try await client.number("SELECT count(*) FROM rules") == 0)
        }
    }

    @Test("two jobs that store one rule at once make one version after the other")
    func concurrent() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for threshold in 1...6 {
                    group.addTask {
                        _ = try await workers.run("ai_ml", "store_rules", ["rules": [Self.rule(threshold)]])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.number("SELECT max(version) FROM rules") == 6)
            #expect(try await client.number("SELECT count(*) FROM rules WHERE active") == 1)
        }
    }
}
