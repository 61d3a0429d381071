import ArgumentParser
import Foundation
import JobModel
import JobQueue

/// `concord operation verify`.
struct VerifyOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Look again at what an operation's steps claim: hash files, count rows, compare samples.",
        discussion: """
            The look is made here, on this machine, and kept with those of the verification agent. The exit code is 1 \
            where a claim does not hold.

            Example: concord operation verify op-20251020-143022-a1b2c3d4
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    @Option(help: ArgumentHelp("Rows of each file that are compared with the table.", valueName: "number"))
    var sampleRows = 20

    func run() async throws {
        let id = try operation.jobID()
        let parameters: JSONValue = ["operation_id": .string(id.rawValue), "sample_rows": .integer(sampleRows)]
        let result = try await AgentRun("verification", "verify", parameters).result(options)
        try answer.output.show(result) { lines(result, $0) }
        if result["verdict"]?["status"] == "refuted" { throw ExitStatusCode.failed }
    }

    private func lines(_ result: JSONValue, _ terminal: Terminal) -> [String] {
        var table = TextTable(["STEP", "CLAIM", "CLAIMED", "FOUND", "VERDICT", "HOW"])
        if case .array(let claims)? = result["claims"] {
            for claim in claims {
                table.append(
                    ["step", "subject", "claimed", "found", "verdict", "how"].map { name in
                        let text = claim[name]?.string ?? ""
                        return text.count > 60 ? "\(text.prefix(12))…\(text.suffix(40))" : text
                    }
                )
            }
        }
        let status = result["verdict"]?["status"]?.string ?? ""
        let style: Terminal.Style = status == "verified" ? .green : (status == "refuted" ? .red : .yellow)
        let reason = result["verdict"]?["reason"]?.string.map { ": \($0)" } ?? ""
        return table.lines(terminal) + [terminal.styled(status, style) + reason]
    }
}

/// `concord operation report`.
struct ReportOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Write the report of an operation: what was asked, done, decided, how sure it is and on what it rests.",
        discussion: "Example: concord operation report op-20251020-143022-a1b2c3d4 --html --output report.html"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    @Flag(help: "Write one HTML page in place of Markdown.")
    var html = false

    @Option(help: ArgumentHelp("The file to write; standard output by default.", valueName: "file"))
    var output: String?

    func run() async throws {
        let id = try operation.jobID()
        let parameters: JSONValue = [
            "operation_id": .string(id.rawValue), "format": .string(html ? "html" : "markdown"),
        ]
        let result = try await AgentRun("research_documenter", "report", parameters).result(options)
        let content = result["content"]?.string ?? ""
        guard let output else {
            try answer.output.show(result) { _ in
                content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            }
            return
        }
        do {
            try Data(content.utf8).write(to: URL(fileURLWithPath: FileAddress.absolutePath(output)), options: .atomic)
        } catch {
            throw CommandFailure(.failed, "\(output): cannot be written")
        }
        try answer.output.show(["file": output, "sha256": result["sha256"]?.string ?? ""]) { _ in [output] }
    }
}
