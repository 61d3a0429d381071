import ArgumentParser

/// `concord history`.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Read the append-only history, and find out whether somebody has altered it.",
        discussion: "Example: concord history verify",
        subcommands: [
            VerifyHistoryCommand.self, SearchHistoryCommand.self, TimelineCommand.self, SnapshotCommand.self,
            CheckpointCommand.self, ExportHistoryCommand.self,
        ]
    )
}
