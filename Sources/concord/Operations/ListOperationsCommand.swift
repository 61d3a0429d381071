import ArgumentParser
import Orchestrator

/// `concord operation list`.
struct ListOperationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List operations, newest first.",
        discussion: "Example: concord operation list --status escalating --limit 20"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(
        help: ArgumentHelp("Only those in this state.", valueName: "state"),
        completion: .list(OperationState.allCases.map(\.rawValue)),
        transform: Word.read
    )
    var status: OperationState?

    @Option(help: ArgumentHelp("Only those of this type.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 200.", valueName: "number"))
    var limit = 50

    @Option(help: ArgumentHelp("Where an earlier page ended.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit must be from 1 to 200.") }
        if let cursor, OperationCursor(cursor) == nil {
            throw ValidationError("--cursor must be what an earlier page ended with.")
        }
    }

    private struct Page: Encodable {
        let operations: [OperationReport]
        let nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case operations
            case nextCursor = "next_cursor"
        }
    }

    func run() async throws {
        try await Deployment(command: try options.settings()).withOperations { operations in
            let page = try await operations.list(
                status: status,
                type: type,
                limit: limit,
                cursor: cursor.flatMap(OperationCursor.init)
            )
            try answer.output.show(Page(operations: page.operations, nextCursor: page.next?.description)) { terminal in
                guard !page.operations.isEmpty else { return ["no operations"] }
                var table = TextTable(["OPERATION", "TYPE", "STATUS", "STEPS", "TIME", "NEEDS"], rightAligned: [3, 4])
                for report in page.operations {
                    let done = report.result.results.count { $0.status == "completed" }
                    table.append([
                        report.operationId, report.operationType, report.status,
                        "\(done)/\(report.result.results.count)", Moment.length(milliseconds: report.executionTimeMs),
                        report.escalations.isEmpty ? "" : "\(report.escalations.count) decision(s)",
                    ])
                }
                return table.lines(terminal) + (page.next.map { ["more: --cursor \($0)"] } ?? [])
            }
        }
    }
}
