import Orchestrator
import PostgresClient
import JobModel
import JobQueue
import TestSupport
import Testing

@testable import Agents

@Suite("The historian's actions", .postgresServer, .timeLimit(.minutes(10)))
struct HistorianActionTests {
    private static let step: JSONValue = ["id": "a", "worker": "stage", "action": "play", "parameters": ["value": 1]]

    @Test("answer nothing, and say so, while nothing is recorded")
    func empty() async throws {
        try await withAgentStage { stage in
            for action in ["search", "timeline"] {
                let outcome = try await stage.act("historian", action, [:])
                #expect(outcome.result["entries"] == [])
                #expect(outcome.parts.map(\.basis) == ["no entry matches"])
            }
            let chain = try await stage.act("historian", "verify_chain", [:])
            #expect(chain.result["is_sound"] == true && chain.result["entries"] == 0)
            let export = try await stage.act("historian", "export", [:])
            #expect(export.result["content"] == "")
            let missing = try await stage.failure("historian", "snapshot", ["id": "op-20250101-000000-00000000"])
            #expect(missing.code == "unknown_operation")
        }
    }

    @Test("find, tell, show and export what an operation did")
    func normal() async throws {
        try await withAgentStage { stage in
            let id = try await stage.run([Self.step]).operationId
            try await stage.catchUp()
            let found = try await stage.act("historian", "search", ["q": .string(id), "kind": "operation"])
            #expect(found.result["entries"]?[0]?["event"] == "completed")
            #expect(found.confidence == 1)
            let words = try await stage.act("historian", "search", ["q": "play completed"])
            #expect(words.result["entries"]?[0]?["subject"]?.string == "\(id):E1")
            let timeline = try await stage.act("historian", "timeline", ["operation_id": .string(id), "limit": 2])
            #expect(timeline.result["entries"]?[0]?["event"] == "planning")
            let next = try #require(timeline.result["next_cursor"]?.int)
            let rest = try await stage.act(
                "historian",
                "timeline",
                ["operation_id": .string(id), "cursor": .integer(next)]
            )
            #expect(rest.result["entries"]?[0]?["sequence"] == .integer(next + 1))
            let snapshot = try await stage.act("historian", "snapshot", ["id": .string(id)])
            #expect(snapshot.result["operation"]?["state"] == "completed")
            #expect(snapshot.result["operation"]?["steps"]?[0]?["confidence"]?.double == 1)
            let early = try await stage.act("historian", "snapshot", ["id": .string(id), "at": 1])
            #expect(early.result["operation"]?["state"] == "planning")
            let whole = try await stage.act("historian", "snapshot", ["id": "1"])
            #expect(whole.result["system"]?["operations"] == ["planning": 1])
            let export = try await stage.act("historian", "export", [:])
            var verifier = ChainVerifier(namespace: stage.history.namespace)
            for line in try #require(export.result["content"]?.string).split(separator: "\n") {
                verifier.read(try HistoryLine.entry(String(line), number: 1))
            }
            #expect(verifier.findings.isEmpty && verifier.entries == export.result["entries"]?.int)
        }
    }

    @Test("a checkpoint stands in the chain, in Redis and in the answer, once for each job")
    func checkpoint() async throws {
        try await withAgentStage { stage in
            _ = try await stage.run([Self.step])
            try await stage.catchUp()
            let parameters: JSONValue = ["note": "end of quarter", "by": "ada"]
            let first = try await stage.act("historian", "create_checkpoint", parameters, job: "cp-job")
            let again = try await stage.act("historian", "create_checkpoint", parameters, job: "cp-job")
            #expect(first.result["mark"] == again.result["mark"])
            let mark = try #require(first.result["mark"]?.string)
            let id = try #require(first.result["id"]?.string)
            let snapshot = try await stage.act("historian", "snapshot", ["id": .string(id)])
            #expect(snapshot.result["system"]?["entries"]?["checkpoint"] == 1)
            let sound = try await stage.act("historian", "verify_chain", ["expect": [.string(mark)]])
            #expect(sound.result["is_sound"] == true && sound.result["marks"] == 2)
            try await stage.postgres.withConnection { connection in
                try await connection.execute(
                    script: """
                        ALTER TABLE history_entries DISABLE TRIGGER ALL;
                        UPDATE history_entries SET actor = 'eve' WHERE sequence = 2;
                        ALTER TABLE history_entries ENABLE TRIGGER ALL
                        """
                )
            }
            let altered = try await stage.act("historian", "verify_chain", [:])
            #expect(altered.result["is_sound"] == false)
            #expect(altered.result["findings"]?[0]?["kind"] == "changed")
            let page = try await stage.act("historian", "timeline", [:])
            #expect(page.confidence < 1, "what is shown is held against its hash")
        }
    }

    @Test(
        "refuse what they cannot read, by the parameter's name",
        arguments: [
            ("search", ["since": "yesterday"], "since"), ("search", ["kind": "gossip"], "kind"),
            ("search", ["limit": 0], "limit"), ("timeline", ["until": "x"], "until"), ("snapshot", [:], "id"),
            ("snapshot", ["id": "cp-x"], "id"), ("verify_chain", ["expect": ["12"]], "expect[0]"),
            ("export", ["limit": 5000], "limit"), ("create_checkpoint", ["note": 1], "note"),
        ] as [(String, JSONValue, String)]
    )
    func badInput(action: String, parameters: JSONValue, field: String) async throws {
        try await withAgentStage { stage in
            let failure = try await stage.failure("historian", action, parameters)
            #expect(failure.code == "invalid_parameters")
            #expect(failure.field == field)
            #expect(!failure.message.isEmpty)
        }
    }
}
