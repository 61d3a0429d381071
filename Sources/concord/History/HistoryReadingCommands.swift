import Agents
import ArgumentParser
import Foundation
import JobModel
import JobQueue

/// A page of the history, as `--json` shows it.
private struct HistoryAnswer: Encodable {
    let entries: [HistoryEntry]
    let nextCursor: Int?

    enum CodingKeys: String, CodingKey {
        case entries
        case nextCursor = "next_cursor"
    }
}

/// `concord history search`.
struct SearchHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find entries of the history, the newest first.",
        discussion: "Example: concord history search approved --by ada --limit 20"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Argument(help: "Words that must all stand in the entry.")
    var words: [String] = []

    @Option(help: ArgumentHelp("Only entries of this operation.", valueName: "id"))
    var operation: String?

    @Option(help: ArgumentHelp("Only of this kind: operation, step, decision, checkpoint, notice.", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("Only what this person did.", valueName: "name"))
    var by: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 1000.", valueName: "number"))
    var limit = 50

    @Option(help: ArgumentHelp("Where an earlier page ended.", valueName: "cursor"))
    var cursor: Int?

    func run() async throws {
        let known = HistoryEntry.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        if let kind, HistoryEntry.Kind(rawValue: kind) == nil {
            throw CommandFailure(.usage, "--kind \(kind): must be one of \(known)")
        }
        guard (1...1000).contains(limit) else { throw CommandFailure(.usage, "--limit \(limit): must be 1 to 1000") }
        let filter = HistoryFilter(
            words: words.isEmpty ? nil : words.joined(separator: " "),
            operation: operation,
            kind: kind.flatMap(HistoryEntry.Kind.init),
            actor: by,
            cursor: cursor,
            limit: limit
        )
        let page = try await Deployment(command: try options.settings()).withHistory { history in
            try await history.prepare()
            return try await history.newest(filter)
        }
        try answer.output.show(HistoryAnswer(entries: page.entries, nextCursor: page.next)) {
            HistoryView.lines(page.entries, $0)
        }
    }
}

/// `concord history timeline`.
struct TimelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show what the history has of an operation, the oldest first.",
        discussion: "Example: concord history timeline op-20251020-143022-a1b2c3d4"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    func run() async throws {
        let id = try operation.jobID()
        let entries = try await Deployment(command: try options.settings()).withHistory { history in
            try await history.prepare()
            var entries: [HistoryEntry] = []
            var cursor: Int?
            repeat {
                let page = try await history.oldest(
                    HistoryFilter(operation: id.rawValue, cursor: cursor, limit: 1000)
                )
                entries += page.entries
                cursor = page.next
            } while cursor != nil
            return entries
        }
        try answer.output.show(HistoryAnswer(entries: entries, nextCursor: nil)) { HistoryView.lines(entries, $0) }
    }
}

/// `concord history snapshot`.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Show how an operation, or everything, stood at a place of the history.",
        discussion: """
            The place is an operation (op-…), a checkpoint (cp-12), or the number of an entry.

            Example: concord history snapshot cp-1042
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Argument(help: "An operation, a checkpoint, or the number of an entry.")
    var id: String

    @Option(help: ArgumentHelp("Of an operation: as of this entry.", valueName: "number"))
    var at: Int?

    func run() async throws {
        var parameters: [String: JSONValue] = ["id": .string(id)]
        if let at { parameters["at"] = .integer(at) }
        let result = try await AgentRun("historian", "snapshot", .object(parameters)).result(options)
        try answer.output.show(result) { _ in JSONView(result).lines }
    }
}

/// `concord history checkpoint`.
struct CheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Write the state of the history down, and print the mark to be kept elsewhere.",
        discussion: "Example: concord history checkpoint --note 'end of quarter' >> marks.txt"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var note = ""

    func run() async throws {
        let settings = try options.settings()
        let parameters: JSONValue = ["note": .string(note), "by": .string(settings.reviewer)]
        let result = try await AgentRun("historian", "create_checkpoint", parameters).result(options)
        try answer.output.show(result) { _ in [result["mark"]?.string ?? ""] }
    }
}

/// `concord history export`.
struct ExportHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write every entry exactly as it is hashed, one JSON document a line.",
        discussion: """
            The export can be checked with `concord history verify --file` where there is no server at all.

            Example: concord history export --output history.jsonl
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("The file to write; standard output by default.", valueName: "file"))
    var output: String?

    func run() async throws {
        let handle: FileHandle
        if let output {
            let path = FileAddress.absolutePath(output)
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let file = FileHandle(forWritingAtPath: path)
            else { throw CommandFailure(.failed, "\(output): cannot be written") }
            handle = file
        } else {
            handle = .standardOutput
        }
        try await Deployment(command: try options.settings()).withHistory { history in
            try await history.prepare()
            try await history.readAll { entry in
                try handle.write(contentsOf: Data((try HistoryLine.text(entry) + "\n").utf8))
            }
        }
        try handle.synchronize(ifFile: output != nil)
    }
}

extension FileHandle {
    /// Has a file's bytes reach the disk; a pipe has none.
    fileprivate func synchronize(ifFile isFile: Bool) throws {
        if isFile { try synchronize() }
    }
}
