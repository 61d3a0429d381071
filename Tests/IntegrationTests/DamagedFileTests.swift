import Foundation
import JobModel
import PropertyData
import Testing

@Suite("A damaged county file", .serialized, .timeLimit(.minutes(5)))
struct DamagedFileTests {
    @Test("waits for a person, and each of the four decisions does what it says, once")
    func decisions() async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            let source = try damagedFolder(deployment)

            let approved = try await escalated(source, deployment)
            let evidence = try await deployment.run(["escalations", "show", approved.escalation, "--json"]).json
            #expect(evidence["reason"] == "low_confidence")
            #expect((evidence["confidence"]?.double ?? 1) < 0.7)
            #expect(evidence["action"] == "process")
            try await decide("approve", approved, [], deployment, endsAs: "completed")
            let again = try await deployment.run(["escalations", "reject", approved.escalation, "--json"])
            #expect(again.status == 1)
            #expect(again.lines.joined().contains("already"))
            let loaded = try await deployment.query("select count(*) from sales")
            #expect(try #require(Int(loaded)) > 0)

            let rejected = try await escalated(source, deployment)
            try await decide("reject", rejected, [], deployment, endsAs: "failed")

            let overridden = try await escalated(source, deployment)
            let shown = try await deployment.run(["escalations", "show", overridden.escalation, "--json"]).json
            let result = try #require(shown["result"])
            try await decide("override", overridden, ["--value", try result.encoded], deployment, endsAs: "completed")

            // Permissive, the rows pass; the check that follows still holds them against the standard, and asks again.
            let retried = try await escalated(source, deployment)
            let retry = ["--param", "validation_level=permissive", "--json"]
            #expect(try await deployment.run(["escalations", "retry", retried.escalation] + retry).status == 0)
            let second = try await nextEscalation(after: retried, deployment)
            let later = try await deployment.run(["escalations", "show", second, "--json"]).json
            #expect(later["action"] == "validate")
            try await decide("approve", (retried.operation, second), [], deployment, endsAs: "completed")
        }
    }

    /// Every second sale happens in month 99.
    private func damagedFolder(_ deployment: Deployment) throws -> String {
        let identity = RollIdentity(
            dataset: .sdf,
            county: try County(parsing: "BROWARD"),
            roll: .preliminary,
            year: 2025
        )
        let folder = deployment.folder + "/damaged"
        let zip = try SampleSource.write(identity, into: folder)
        let unzip = Process()
        unzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        unzip.arguments = ["unzip", "-p", zip]
        let output = Pipe()
        unzip.standardOutput = output
        try unzip.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        unzip.waitUntilExit()
        try FileManager.default.removeItem(atPath: zip)
        var lines = text.components(separatedBy: "\r\n")
        let column = try #require(lines[0].components(separatedBy: ",").firstIndex(of: "SALE_MO"))
        for number in stride(from: 1, to: lines.count - 1, by: 2) {
            var fields = lines[number].components(separatedBy: ",")
            fields[column] = "\"99\""
            lines[number] = fields.joined(separator: ",")
        }
        let name = URL(fileURLWithPath: zip).deletingPathExtension().lastPathComponent + ".csv"
        try lines.joined(separator: "\r\n").write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        return "file:" + folder
    }

    private func escalated(
        _ source: String,
        _ deployment: Deployment
    ) async throws -> (operation: String, escalation: String) {
        let output = try await deployment.run([
            "operation", "create", "data_pipeline", "--param", "counties=BROWARD", "--param", "datasets=SDF", "--param",
            "year=2025", "--param", "source=\(source)", "--timeout", "30m", "--wait", "--json",
        ])
        #expect(output.status == 4, "\(output.lines.suffix(3))")
        let report = try output.json
        #expect(report["status"] == "escalating")
        #expect(report["requires_human"] == true)
        let escalation = try #require(report["escalations"]?[0]?.string)
        return (try #require(report["operation_id"]?.string), escalation)
    }

    private func nextEscalation(
        after item: (operation: String, escalation: String),
        _ deployment: Deployment
    ) async throws -> String {
        while true {
            let report = try await deployment.run(["operation", "show", item.operation, "--json"]).json
            if let next = report["escalations"]?[0]?.string, next != item.escalation { return next }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func decide(
        _ decision: String,
        _ item: (operation: String, escalation: String),
        _ options: [String],
        _ deployment: Deployment,
        endsAs state: String
    ) async throws {
        let output = try await deployment.run(["escalations", decision, item.escalation, "--json"] + options)
        #expect(output.status == 0, "\(decision): \(output.lines.suffix(3))")
        while true {
            let report = try await deployment.run(["operation", "show", item.operation, "--json"]).json
            if let status = report["status"]?.string, ["completed", "failed", "cancelled"].contains(status) {
                #expect(status == state, "\(decision): \(report["error"]?.string ?? "")")
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
