import JobModel
import LanguageModel
import Orchestrator

/// An operation and its steps as a person reads them.
struct OperationView {
    private let report: OperationReport

    init(_ report: OperationReport) { self.report = report }

    /// The operation's line, a line a step under the name of its branch, and what to do.
    func lines(_ terminal: Terminal) -> [String] {
        var lines = [head(terminal)]
        if let error = report.error { lines.append("  " + terminal.styled(error, .red)) }
        var branch = ""
        let names = report.result.results.map(\.name.count).max() ?? 0
        let actions = report.result.results.map { "\($0.worker).\($0.action)".count }.max() ?? 0
        for step in report.result.results {
            if step.branch != branch {
                branch = step.branch
                lines.append("  " + terminal.styled(branch, .bold))
            }
            lines.append("    " + line(step, names, actions, terminal))
        }
        for escalation in report.escalations {
            lines.append(terminal.styled("  waits for a person: concord escalations show \(escalation)", .yellow))
        }
        return lines + planningLines(terminal) + answerLines(terminal)
    }

    /// Who planned a goal, what was done instead and why, and the tokens.
    private func planningLines(_ terminal: Terminal) -> [String] {
        guard let planning = report.planning else { return [] }
        var lines: [String] = []
        switch planning.source {
        case .languageModel?: lines.append("  planned by \(planning.model ?? "the language model")")
        case .rules?: lines.append("  planned by the rules as \(planning.fallback?.template ?? "an operation")")
        case nil: break
        }
        if let fallback = planning.fallback { lines.append("    because " + fallback.reason) }
        let tokens = planning.tokens
        if !tokens.calls.isEmpty {
            var words = "  \(Moment.count(tokens.usage)) of \(Moment.count(tokens.budget)) tokens"
            if let source = tokens.countedBy { words += ", counted by \(source.rawValue)" }
            if tokens.uncertain > 0 { words += ", and \(Moment.count(tokens.uncertain)) uncertain" }
            lines.append(terminal.styled(words, .dim))
        }
        return lines
    }

    /// The answer to a goal, what it rests on, and what speaks against it.
    private func answerLines(_ terminal: Terminal) -> [String] {
        guard let answer = report.answer else { return [] }
        var lines: [String] = []
        if let text = answer.text { lines.append("  answer: \(text) (\(answer.cites.joined(separator: ", ")))") }
        for doubt in answer.doubts { lines.append(terminal.styled("  doubt: " + doubt, .yellow)) }
        return lines
    }

    private func head(_ terminal: Terminal) -> String {
        let done = report.result.results.count { $0.status == "completed" }
        var words = [
            terminal.styled(report.operationId, .bold), report.operationType,
            StateStyle.styled(report.status, terminal),
            Moment.length(milliseconds: report.executionTimeMs),
        ]
        if !report.result.results.isEmpty { words.append("\(done) of \(report.result.results.count) steps") }
        if done > 0 { words.append("confidence \(StateStyle.number(report.confidenceScore))") }
        return words.joined(separator: "  ")
    }

    /// `names` and `actions` are the widths of the columns.
    private func line(
        _ step: OperationReport.StepResult,
        _ names: Int,
        _ actions: Int,
        _ terminal: Terminal
    ) -> String {
        var words = [
            StateStyle.styled(StateStyle.mark(step.status), as: step.status, terminal) + " "
                + step.name.padded(to: names),
            "\(step.worker).\(step.action)".padded(to: actions), StateStyle.styled(step.status, terminal),
        ]
        if let progress = Self.progress(step.progress) { words.append(progress) }
        if let rows = Self.rows(step.result) { words.append(rows) }
        if let time = step.executionTimeMs { words.append(Moment.length(milliseconds: time)) }
        if let confidence = step.confidence { words.append("confidence \(StateStyle.number(confidence))") }
        if let review = step.review { words.append(review) }
        if step.attempts > 1 { words.append("attempt \(step.attempts)") }
        if let error = step.error, step.status != "completed" { words.append(terminal.styled(error, .red)) }
        return words.joined(separator: "  ")
    }

    /// `45,000 of 95,332 rows`.
    static func progress(_ value: JSONValue?) -> String? {
        guard let done = value?["done"]?.int, let unit = value?["unit"]?.string else { return nil }
        guard let total = value?["total"]?.int else { return "\(Moment.count(done)) \(unit)" }
        return "\(Moment.count(done)) of \(Moment.count(total)) \(unit)"
    }

    /// What a step says of rows: `95,332 rows`, and where they are synthetic.
    private static func rows(_ result: JSONValue?) -> String? {
        let count = ["rows_live", "rows_valid"].lazy.compactMap { result?[$0]?.int }.first
        let words = [count.map { "\(Moment.count($0)) rows" }, result?["is_sample"] == true ? "(sample)" : nil]
        return words.contains { $0 != nil } ? words.compactMap(\.self).joined(separator: " ") : nil
    }
}
