import JobModel
import Orchestrator
import Testing

@testable import concord

@Suite("An operation as it is shown")
struct OperationViewTests {
    /// A report in some state.
    static func report(
        status: String,
        download: String,
        process: String,
        progress: String = "null"
    ) throws -> OperationReport {
        let step = { (number: Int, action: String, status: String, more: String) in
            """
            {"step":\(number),"name":"E\(number)","branch":"BROWARD SDF","worker":"florida_data","action":"\(action)",
             "status":"\(status)","attempts":1,"deliveries":1\(more)}
            """
        }
        let text = """
            {"operation_id":"op-1","operation_type":"data_pipeline","status":"\(status)","error":null,
             "confidence_score":0.5,"confidence":{"score":0.5,"minimum":0.5,"steps":[]},"requires_human":false,"execution_time_ms":1500,"token_usage":0,"metadata":{},
             "created_at":"2026-01-01T00:00:00Z","escalations":\(status == "escalating" ? "[\"esc-1-op-1:E1\"]" : "[]"),
             "result":{"steps_executed":1,"steps_successful":1,"steps_failed":0,"results":[
             \(step(1, "download", download, #","confidence":1,"result":{"rows_valid":95332,"is_sample":true}"#)),
             \(step(2, "process", process, #","progress":\#(progress)"#))]}}
            """
        return try JSONCoding.decode(OperationReport.self, from: text.utf8)
    }

    @Test("names its steps, their rows, progress and what is a sample")
    func lines() throws {
        let progress = #"{"done":45000,"total":95332,"unit":"rows"}"#
        let report = try Self.report(status: "executing", download: "completed", process: "running", progress: progress)
        let lines = OperationView(report).lines(.plain)
        #expect(lines[0] == "op-1  data_pipeline  executing  1.5 s  1 of 2 steps  confidence 0.50")
        #expect(lines[1] == "  BROWARD SDF")
        #expect(lines[2].contains("✓ E1  florida_data.download  completed  95,332 rows (sample)"))
        #expect(lines[3].contains("▶ E2  florida_data.process   running  45,000 of 95,332 rows"))
    }

    @Test("says who planned a goal, what it cost, and what was answered")
    func goal() throws {
        var report = try Self.report(status: "completed", download: "completed", process: "completed")
        report.planning = try JSONCoding.decode(
            PlanningReport.self,
            from: #"""
                {"source":"rules","attempts":[],"fallback":{"to":"rules","reason":"it is down","template":"data_pipeline"},
                 "tokens":{"budget":10000,"usage":1310,"uncertain":0,"counted_by":"api_usage","calls":[{"purpose":"solve",
                 "state":"answered","prompt_tokens":1280,"completion_tokens":30,"counted_by":"api_usage",
                 "counted_prompt":1200}]}}
                """#.utf8
        )
        report.answer = AnswerRecord(text: "95,332 rows", cites: ["E1"], doubts: ["none stands there"])
        let lines = OperationView(report).lines(.plain)
        #expect(
            lines.suffix(5) == [
                "  planned by the rules as data_pipeline", "    because it is down",
                "  1,310 of 10,000 tokens, counted by api_usage", "  answer: 95,332 rows (E1)",
                "  doubt: none stands there",
            ]
        )
    }

    @Test("says where a person is asked")
    func escalations() throws {
        let report = try Self.report(status: "escalating", download: "escalated", process: "waiting")
        let lines = OperationView(report).lines(.plain)
        #expect(lines.last == "  waits for a person: concord escalations show esc-1-op-1:E1")
        #expect(report.exitStatus == .waiting)
    }

    @Test("is told change by change where nobody watches")
    func changes() throws {
        let first = try Self.report(status: "executing", download: "running", process: "waiting")
        let second = try Self.report(status: "executing", download: "completed", process: "waiting")
        #expect(first.changes(from: nil).count == 2)
        let changes = second.changes(from: first)
        #expect(changes.count == 1)
        #expect(changes.first?.hasSuffix("E1  florida_data.download  BROWARD SDF  completed  confidence 1.00") == true)
        #expect(second.changes(from: second).isEmpty)
    }

    @Test(
        "ends the command with the documented code",
        arguments: [
            ("completed", ExitStatusCode.done), ("failed", .failed), ("cancelled", .failed), ("escalating", .waiting),
            ("executing", .done),
        ]
    )
    func codes(status: String, code: ExitStatusCode) throws {
        #expect(try Self.report(status: status, download: "completed", process: "completed").exitStatus == code)
    }
}
