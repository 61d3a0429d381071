import Foundation
import FoundationNetworking
import JobModel
import PrivateServers
import Testing

/// The agents as processes, beside an orchestrator and workers, through the command line and their ports.
@Suite("The agents as processes", .serialized, .timeLimit(.minutes(10)))
struct AgentProcessTests {
    private static let agents = ["verification", "explorer", "research_documenter", "historian"]

    /// The port that an agent's log says it listens on.
    private func port(_ agent: String, _ deployment: Deployment) async throws -> Int {
        while true {
            let text = (try? String(contentsOfFile: "\(deployment.folder)/agent-\(agent).log", encoding: .utf8)) ?? ""
            if let match = text.firstMatch(of: /listening.*port=(\d+)/), let port = Int(match.1) { return port }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func get(_ url: String, accept: String = "*/*", post body: String? = nil) async throws -> (Int, String) {
        var request = URLRequest(url: try #require(URL(string: url)))
        request.setValue(accept, forHTTPHeaderField: "Accept")
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    @Test("verify, record, find and document a load, and find out who altered the record")
    func wholeSystem() async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            for agent in Self.agents { try await deployment.start(["agent", agent]) }
            var ports: [String: Int] = [:]
            for agent in Self.agents { ports[agent] = try await port(agent, deployment) }
            let base = { (agent: String) in "http://127.0.0.1:\(ports[agent] ?? 0)" }
            while try await !Set(Self.agents).isSubset(of: workers(deployment)) {
                try await Task.sleep(for: .milliseconds(100))
            }

            let source = Deployment.realFiles.map { "file:\($0)" } ?? ""
            let created = try await deployment.run([
                "operation", "create", "data_pipeline", "--param", "counties=BROWARD", "--param", "datasets=SDF",
                "--param", "year=2025", "--param", "source=\(source)", "--timeout", "30m", "--wait", "--json",
            ])
            #expect(created.status == 0, "\(created.lines.suffix(3))")
            let report = try created.json
            let id = try #require(report["operation_id"]?.string)
            #expect(report["verification"]?["status"] == "verified", "\(String(describing: report["verification"]))")
            #expect(try await get("\(base("verification"))/history?operation_id=\(id)").1.contains(#""verified""#))

            // The historian hears of the end by itself.
            while try await !get("\(base("historian"))/timeline?operation_id=\(id)").1.contains(
                #""event":"completed","#
            ) {
                try await Task.sleep(for: .milliseconds(100))
            }
            let snapshot = try JSONValue(parsing: try await get("\(base("historian"))/snapshot/\(id)").1)
            #expect(snapshot["operation"]?["operation_type"] == "data_pipeline")
            #expect(try await get("\(base("historian"))/search?q=upload").0 == 200)
            let checkpoint = try await get("\(base("historian"))/checkpoint/create", post: #"{"note":"test"}"#)
            let mark = try #require(try JSONValue(parsing: checkpoint.1)["mark"]?.string)
            #expect(try await get("\(base("historian"))/snapshot/op-1").0 == 404)
            let lines = try await get("\(base("historian"))/export?limit=3", accept: "application/jsonl").1
            #expect(lines.split(separator: "\n").count == 3)

            let found = try JSONValue(parsing: try await get("\(base("explorer"))/search?q=\(id)&kinds=operation").1)
            #expect(found["hits"]?[0]?["name"]?.string == id)
            #expect(try await get("\(base("explorer"))/search").0 == 422)

            let page = try await get("\(base("research_documenter"))/research?operation_id=\(id)", accept: "text/html")
            #expect(page.1.hasPrefix("<!doctype html>") && page.1.contains("<svg "))
            #expect(try await get("\(base("research_documenter"))/research?operation_id=op-1").0 == 404)
            let file = "\(deployment.folder)/report.md"
            let written = try await deployment.run(["operation", "report", id, "--output", file])
            #expect(written.status == 0)
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains("Where each number comes from"))
            #expect(try await deployment.run(["operation", "verify", id]).status == 0)

            let sound = try await deployment.run(["history", "verify", "--expect", mark, "--json"])
            #expect(sound.status == 0, "\(sound.lines)")
            #expect(try sound.json["is_sound"] == true)
            let export = "\(deployment.folder)/history.jsonl"
            #expect(try await deployment.run(["history", "export", "--output", export]).status == 0)
            #expect(try await deployment.run(["history", "verify", "--file", export]).status == 0)
            #expect(try await deployment.run(["history", "timeline", id]).lines.count > 5)

            _ = try await deployment.query(
                """
                BEGIN; ALTER TABLE history_entries DISABLE TRIGGER ALL;
                UPDATE history_entries SET body = '{}' WHERE sequence = 3;
                ALTER TABLE history_entries ENABLE TRIGGER ALL; COMMIT
                """
            )
            let altered = try await deployment.run(["history", "verify"])
            #expect(altered.status == 1)
            #expect(altered.lines.contains { $0.contains("changed") && $0.contains("entry 3") }, "\(altered.lines)")
        }
    }

    private func workers(_ deployment: Deployment) async throws -> Set<String> {
        let output = try await deployment.run(["workers", "--json"])
        guard output.status == 0, case .array(let processes)? = try output.json["workers"] else { return [] }
        return Set(processes.compactMap { $0["queue"]?.string })
    }
}
