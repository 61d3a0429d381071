import Agents
import ArgumentParser
import Foundation
import JobModel

/// `concord history verify`.
struct VerifyHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole history and name every entry that was changed, removed, inserted or cut off.",
        discussion: """
            Each entry is held against its own hash and that of the entry before; the end against what Redis keeps; and \
            the whole against the marks of checkpoints that were kept elsewhere. With --file an export is checked in the \
            same way, without any server. The exit code is 1 where something is wrong.

            Example: concord history verify --expect 1042:9f2c…
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("A checkpoint's mark that was kept elsewhere; repeatable.", valueName: "sequence:hash"))
    var expect: [String] = []

    @Option(help: ArgumentHelp("Check an export in place of the database.", valueName: "file"))
    var file: String?

    func run() async throws {
        let marks = try expect.map { text in
            guard let mark = ChainMark(text) else {
                throw CommandFailure(.usage, "--expect \(text): must be SEQUENCE:HASH, as a checkpoint says it")
            }
            return mark
        }
        let report: ChainReport
        if let file {
            let settings = try options.settings()
            report = try Self.check(file: file, namespace: settings.namespace, marks)
        } else {
            report = try await Deployment(command: try options.settings()).withHistory { history in
                try await history.prepare()
                return try await history.verify(expected: marks)
            }
        }
        try answer.output.show(report) { HistoryView.lines(report, $0) }
        if !report.isSound { throw ExitStatusCode.failed }
    }

    private static func check(file: String, namespace: String, _ marks: [ChainMark]) throws -> ChainReport {
        guard let data = FileManager.default.contents(atPath: FileAddress.absolutePath(file)) else {
            throw CommandFailure(.usage, "\(file): cannot be read")
        }
        var verifier = ChainVerifier(namespace: namespace, marks: marks)
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            verifier.read(try HistoryLine.entry(String(decoding: line, as: UTF8.self), number: number + 1))
        }
        return ChainReport(verifier, anchor: nil, later: nil, marks: marks)
    }
}

/// The history as a person reads it.
enum HistoryView {
    static func lines(_ report: ChainReport, _ terminal: Terminal) -> [String] {
        var lines: [String] = []
        let end = report.head.map { ", the last is \($0)" } ?? ""
        let count = "\(Moment.count(report.entries)) entries\(end)"
        lines.append(
            report.isSound
                ? terminal.styled("sound", .green) + ": \(count)" : terminal.styled("altered", .red) + ": \(count)"
        )
        for finding in report.findings {
            let place =
                finding.sequence == finding.lastSequence
                ? "entry \(finding.sequence)" : "entries \(finding.sequence)–\(finding.lastSequence)"
            let style: Terminal.Style = finding.isDamage ? .red : .yellow
            let what = terminal.styled(finding.kind.rawValue, style)
            let event = [finding.eventID, finding.operationID].compactMap(\.self).joined(separator: ", ")
            lines.append("\(what)  \(place)  \(finding.message)" + (event.isEmpty ? "" : " (\(event))"))
        }
        if report.isSound, report.isAnchored, report.marks == 0 {
            lines.append(
                terminal.styled(
                    "who can write both PostgreSQL and Redis could still have rewritten it: keep checkpoints elsewhere",
                    .dim
                )
            )
        }
        return lines
    }

    static func lines(_ entries: [HistoryEntry], _ terminal: Terminal) -> [String] {
        var table = TextTable(["ENTRY", "WHEN", "EVENT", "SUBJECT", "BY"], rightAligned: [0])
        for entry in entries {
            table.append([
                String(entry.sequence), Moment.text(milliseconds: entry.happenedMilliseconds), entry.event,
                entry.subject, entry.actor,
            ])
        }
        return entries.isEmpty ? ["nothing is recorded of that"] : table.lines(terminal)
    }
}
