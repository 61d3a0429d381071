import Foundation
import JobQueue
import Testing

/// A row of the tables in docs/workers.md.
struct ActionTable {
    struct Row {
        let parameters: Set<String>
        let result: Set<String>
        let confidence: Set<String>
        let reads: Set<String>
        let writes: Set<String>
        /// Tables that it writes only where there is something to say.
        let mayWrite: Set<String>
    }

    /// The rows by `worker.action`.
    let rows: [String: Row]
    /// The port of each worker.
    let ports: [String: Int]

    /// Reads the page.
    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let text = try String(contentsOf: root.appending(path: "docs/workers.md"), encoding: .utf8)
        var rows: [String: Row] = [:]
        var ports: [String: Int] = [:]
        var worker = ""
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/## ([a-z_]+) \(port (\d+)\)/#) {
                worker = String(match.1)
                ports[worker] = Int(match.2)
            }
            let cells = line.split(separator: "|", omittingEmptySubsequences: true)
            guard cells.count == 5, let name = Self.words(cells[0]).first, Self.words(cells[0]).count == 1 else {
                continue
            }
            let parts = cells[4].split(separator: ";")
            let tables = { (verb: String) in
                Set(parts.filter { $0.contains(verb) }.flatMap { Self.words($0) })
            }
            rows["\(worker).\(name)"] = Row(
                parameters: Set(Self.words(cells[1])),
                result: Set(Self.words(cells[2])),
                confidence: Set(Self.words(cells[3])),
                reads: tables("reads"),
                writes: tables("writes").union(cells[4].contains("stages") ? ["staged_files"] : []),
                mayWrite: cells[4].contains("stages") ? ["validation_results", "rejected_rows"] : []
            )
        }
        self.rows = rows
        self.ports = ports
    }

    /// What stands between backticks.
    private static func words(_ text: Substring) -> [String] {
        text.matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }
}
