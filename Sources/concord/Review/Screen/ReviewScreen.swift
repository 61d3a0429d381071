import Foundation
import JobModel
import JobQueue
import Orchestrator

/// The page: lines for a width and a height, made of the session and nothing else.
///
///     title                    who, how many wait
///     head                     what is asked, of which step, how sure, who holds it
///     -----
///     body                     what scrolls
///     -----                    where in it one is
///     keys
///     message or question
struct ReviewScreen {
    let session: ReviewSession
    let reviewer: String
    let policy: ReviewPolicy
    let width: Int
    let height: Int
    let now: Date

    /// Exactly `height` lines, none wider than `width` cells.
    func lines() -> [ScreenLine] {
        guard width > 0, height > 0 else { return [] }
        let foot = foot
        let head = Array(head.prefix(max(1, height - foot.count - 1)))
        let room = max(0, height - head.count - foot.count)
        let body = window(room)
        let all = head + body + Array(repeating: ScreenLine(), count: max(0, room - body.count)) + foot
        return all.suffix(height).map { $0.clipped(to: width) }
    }

    /// The greatest useful scroll.
    var lastScroll: Int { max(0, bodyLines.count - max(1, height - head.count - foot.count)) }

    // MARK: Head

    private var head: [ScreenLine] {
        var lines = [title]
        guard let item = session.item, session.mode != .help else { return height < 8 ? lines : lines + [rule] }
        let escalation = item.escalation
        lines.append(
            ScreenLine(escalation.reason.rawValue, .yellow)
                .adding("  \(escalation.queue).\(CellText.safe(escalation.action))", .bold)
                .adding("  \(CellText.safe(escalation.job.rawValue))")
                .adding(item.operationType.map { "  \($0)" } ?? "", .dim)
        )
        lines.append(confidence(item))
        lines.append(standing(escalation))
        return height < 12 ? lines : lines + [rule]
    }

    private var title: ScreenLine {
        let left = "Concord review"
        let right = "\(reviewer)  \(session.waiting) waiting  \(session.decided) decided"
        let gap = width - CellText.width(left) - CellText.width(right)
        guard gap > 1 else { return ScreenLine(left, .bold).adding("  \(session.waiting) waiting") }
        return ScreenLine(left, .bold).adding(String(repeating: " ", count: gap) + right)
    }

    private func confidence(_ item: ReviewItem) -> ScreenLine {
        let escalation = item.escalation
        if escalation.isConfidenceHidden {
            return ScreenLine("confidence hidden until you decide: this is an audit sample", .dim)
        }
        if escalation.reason == .retriesExhausted { return ScreenLine("no result: its attempts are used up", .red) }
        return ScreenLine("confidence ")
            .adding(
                StateStyle.number(escalation.confidence),
                escalation.confidence < escalation.threshold ? .red : .green
            )
            .adding(", threshold \(StateStyle.number(escalation.threshold))")
    }

    private func standing(_ escalation: EscalationSnapshot) -> ScreenLine {
        var words = ["opened \(Moment.age(sinceMilliseconds: escalation.openedMilliseconds, now: now)) ago"]
        let due = escalation.dueText(now: now)
        if !due.isEmpty { words.append("due \(due)") }
        if escalation.tier > 1 {
            words.append("tier \(policy[escalation.reason].tierName(escalation.tier) ?? String(escalation.tier))")
        }
        if let designee = escalation.designee { words.append("for \(CellText.safe(designee))") }
        let line = ScreenLine(words.joined(separator: ", "), .dim)
        switch session.hold {
        case .mine: return line
        case .other(let name): return ScreenLine("held by \(CellText.safe(name))  ", .red).adding(line.text, .dim)
        case .over(let how): return ScreenLine("\(CellText.safe(how))  ", .red).adding(line.text, .dim)
        }
    }

    private var rule: ScreenLine { ScreenLine(String(repeating: "-", count: width), .dim) }

    // MARK: Body

    private func window(_ room: Int) -> [ScreenLine] {
        let lines = bodyLines
        let first = min(session.scroll, max(0, lines.count - max(1, room)))
        return Array(lines.dropFirst(first).prefix(room))
    }

    private var bodyLines: [ScreenLine] {
        switch session.mode {
        case .help: return Self.help.flatMap { CellText.wrapped($0, to: width).map { ScreenLine($0) } }
        case .empty: return [ScreenLine(), ScreenLine("Nothing waits for a person. New ones appear by themselves.")]
        case .confirming(let value): return difference(value)
        case .browsing, .prompting:
            guard let item = session.item else { return [] }
            let parts = item.escalation.isConfidenceHidden || item.parts.isEmpty ? [] : section("measured", item.parts)
            return parts + item.sections.flatMap { section($0.heading, $0.lines) }
        }
    }

    private func section(_ heading: String, _ lines: [String]) -> [ScreenLine] {
        [ScreenLine(CellText.safe(heading), .bold)]
            + lines.flatMap { CellText.wrapped("  " + CellText.safe($0), to: width).map { ScreenLine($0) } }
    }

    private func difference(_ value: JSONValue) -> [ScreenLine] {
        let changes = JSONDifference.changes(from: session.item?.result, to: value)
        guard !changes.isEmpty else { return [ScreenLine("The value is the result as it is.", .yellow)] }
        return [ScreenLine("Your value in place of the result", .bold)]
            + changes.flatMap { change in
                [ScreenLine(CellText.safe(change.path.isEmpty ? "the whole result" : change.path), .bold)]
                    + wrapped("  - ", change.before, .red) + wrapped("  + ", change.after, .green)
            }
    }

    private func wrapped(_ mark: String, _ text: String?, _ style: Terminal.Style) -> [ScreenLine] {
        guard let text else { return [] }
        return CellText.wrapped(mark + CellText.safe(text), to: width).map { ScreenLine($0, style) }
    }

    // MARK: Foot

    private var foot: [ScreenLine] {
        let last = [question ?? ScreenLine(CellText.safe(session.message), colour)]
        if height < 6 { return last }
        if height < 12 { return [keys] + last }
        return [position, keys] + last
    }

    private var position: ScreenLine {
        let count = bodyLines.count
        let room = max(0, height - head.count - 3)
        guard count > room, room > 0 else { return rule }
        let first = min(session.scroll, count - room)
        let words = " lines \(first + 1)-\(first + room) of \(count) "
        let left = max(0, width - CellText.width(words) - 2)
        return ScreenLine(String(repeating: "-", count: left) + words + "--", .dim)
    }

    private var question: ScreenLine? {
        guard case .prompting(let question, let text) = session.mode else { return nil }
        let words = "\(question.words): "
        let room = max(8, width - CellText.width(words) - 1)
        let lead = CellText.width(words) + 8 > width ? "> " : words
        return ScreenLine(lead, .cyan).adding(CellText.tail(CellText.safe(text), of: room)).adding("_", .dim)
    }

    private var colour: Terminal.Style? {
        switch session.tone {
        case .plain: nil
        case .good: .green
        case .bad: .red
        }
    }

    /// As many of the keys as fit, the most important first.
    private var keys: ScreenLine {
        var names: [(String, String)]
        switch session.mode {
        case .help: names = [("any key", "back")]
        case .prompting: names = [("Enter", "go on"), ("Esc", "never mind")]
        case .confirming: names = [("y", "apply"), ("e", "edit again"), ("n", "never mind")]
        case .empty: names = [("q", "quit"), ("?", "help"), ("bksp", "undo")]
        case .browsing:
            names = [
                ("a", "approve"), ("x", "reject"), ("o", "override"), ("r", "retry"), ("space", "skip"), ("?", "help"),
                ("q", "quit"), ("c", "comment"), ("bksp", "undo"),
            ]
        }
        var line = ScreenLine()
        var used = 0
        for (key, word) in names {
            let size = (used == 0 ? 0 : 2) + CellText.width(key) + 1 + CellText.width(word)
            guard used + size <= width else { break }
            line = line.adding(used == 0 ? "" : "  ").adding(key, .bold).adding(" " + word)
            used += size
        }
        return line
    }

    private static let help = [
        "a          approve: the result stands, and what waits for it goes on",
        "x          reject: the job ends as cancelled, and what needs it does not run",
        "o          override: put another result in place, in $EDITOR; nothing runs again",
        "r          retry: the job runs again, with guidance and changed parameters",
        "c          comment, for whoever decides",
        "space      skip: give it back to the others and show the next one",
        "backspace  undo the last decision, until a step that depends on it has started",
        "j k        scroll by a line, as the arrows do; PgUp PgDn Home End",
        "Ctrl-L     draw the page again",
        "q          quit; what is shown is given back",
        "",
        "What is shown is claimed: nobody else can decide it meanwhile. Left alone for ten minutes, it goes back.",
    ]
}
