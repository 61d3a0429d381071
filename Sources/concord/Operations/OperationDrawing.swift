import Foundation
import Orchestrator

/// Shows an operation again and again as it changes: drawn over itself on a terminal, one line a change elsewhere, one
/// document a change for machines.
struct OperationDrawing {
    private let output: CommandOutput
    private var drawn = 0
    private var last: OperationReport?

    init(output: CommandOutput) { self.output = output }

    /// Shows a report; `isLast` says that no other follows.
    mutating func draw(_ report: OperationReport, isLast: Bool) throws {
        defer { last = report }
        if output.isJSON {
            // The last one is the command's answer, which its caller prints.
            if !isLast, report.changes(from: last) != [] { try output.show(report) { _ in [] } }
        } else if output.terminal.isInteractive {
            redraw(OperationView(report).lines(output.terminal))
        } else {
            output.terminal.write(lines: report.changes(from: last))
            if isLast { output.terminal.write(lines: OperationView(report).lines(output.terminal)) }
        }
    }

    /// Moves up over what was drawn, clears it, and draws anew; a longer line would wrap and break the count.
    private mutating func redraw(_ lines: [String]) {
        let width = output.terminal.width
        let cut = lines.map { $0.cut(toColumns: width) }
        let up = drawn == 0 ? "" : "\u{1B}[\(drawn)A\r\u{1B}[0J"
        output.terminal.write(up + cut.map { $0 + "\n" }.joined())
        drawn = lines.count
    }
}

extension OperationReport {
    /// One line for everything that is other than before.
    func changes(from earlier: OperationReport?) -> [String] {
        let time = Moment.text(milliseconds: Int(Date().timeIntervalSince1970 * 1000))
        var lines: [String] = []
        for (index, step) in result.results.enumerated() {
            let before = earlier.flatMap { index < $0.result.results.count ? $0.result.results[index] : nil }
            guard step.status != before?.status || step.progress != before?.progress else { continue }
            guard !["pending", "waiting", "ready"].contains(step.status) else { continue }
            var words = [time, step.name, "\(step.worker).\(step.action)", step.branch, step.status]
            if let progress = OperationView.progress(step.progress) { words.append(progress) }
            if let confidence = step.confidence { words.append("confidence \(StateStyle.number(confidence))") }
            if let error = step.error, step.status != "completed" { words.append(error) }
            lines.append(words.filter { !$0.isEmpty }.joined(separator: "  "))
        }
        if status != earlier?.status || error != earlier?.error {
            lines.append([time, operationId, status, error ?? ""].filter { !$0.isEmpty }.joined(separator: "  "))
        }
        for escalation in escalations where earlier?.escalations.contains(escalation) != true {
            lines.append("\(time)  waits for a person: concord escalations show \(escalation)")
        }
        return lines
    }
}

extension String {
    /// The text cut to so many columns, escape sequences not counted and a colour ended.
    fileprivate func cut(toColumns width: Int) -> String {
        var column = 0
        var inEscape = false
        var result = ""
        for character in self {
            if character == "\u{1B}" { inEscape = true }
            if !inEscape {
                column += 1
                if column > width { return result + "\u{1B}[0m" }
            }
            result.append(character)
            if inEscape, character.isLetter { inEscape = false }
        }
        return result
    }
}
