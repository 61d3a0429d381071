import JobModel
import JobQueue

/// The review at the terminal as a state machine: keys and news come in, what is to be done comes out.
///
/// It knows no clock, no terminal and no queue. States: `empty` (nothing waits), `browsing` (an item is shown),
/// `prompting` (a line is typed), `confirming` (an override is looked at before it is applied), `help`.
struct ReviewSession: Sendable, Hashable {
    /// A line that is being typed.
    enum Question: Sendable, Hashable {
        case comment
        case guidance
        case parameters(guidance: String)

        var words: String {
            switch self {
            case .comment: "comment"
            case .guidance: "guidance for the action (Enter for none)"
            case .parameters: "changed parameters, key=value … (Enter for none)"
            }
        }
    }

    /// What the page is doing.
    enum Mode: Sendable, Hashable {
        case empty
        case browsing
        case prompting(Question, text: String)
        case confirming(JSONValue)
        case help
    }

    /// Who may decide the item.
    enum Hold: Sendable, Hashable {
        /// This reviewer has claimed it.
        case mine
        /// Another has.
        case other(String)
        /// It was decided or has expired: how, and by whom.
        case over(String)
    }

    /// What is to be done.
    enum Effect: Sendable, Hashable {
        /// Give back what is shown, and show another one.
        case next
        case decide(Decision)
        /// Words as they were typed; they are read against the job's parameters.
        case retry(parameters: String, guidance: String?)
        case comment(String)
        case edit(JSONValue?)
        case undo(escalation: String, version: Int)
        /// Read the item again.
        case refresh
        case redraw
        case quit
    }

    /// How a message is meant.
    enum Tone: Sendable, Hashable { case plain, good, bad }

    /// The decisions of this session that can be undone are kept in this number.
    private static let undoDepth = 10

    private(set) var mode: Mode = .empty
    private(set) var item: ReviewItem?
    private(set) var hold: Hold = .mine
    private(set) var scroll = 0
    private(set) var message = ""
    private(set) var tone: Tone = .plain
    /// How many wait, as was last heard.
    private(set) var waiting = 0
    /// How many were decided here.
    private(set) var decided = 0
    private(set) var undoable: [Undoable] = []

    /// A decision that was made here.
    struct Undoable: Sendable, Hashable {
        var escalation: String
        var version: Int
    }

    // MARK: News

    /// An item is shown, held by this reviewer or another.
    mutating func show(_ item: ReviewItem, _ hold: Hold, waiting: Int) {
        let isSame = self.item?.escalation.id == item.escalation.id
        self.item = item
        self.hold = hold
        self.waiting = waiting
        if !isSame { scroll = 0 }
        if mode == .empty || !isSame, mode != .help { mode = .browsing }
        if case .other(let name) = hold { say("\(name) holds it; space goes to the next", .bad) }
    }

    /// Nothing is left to show.
    mutating func showNothing(waiting: Int) {
        item = nil
        self.waiting = waiting
        if mode != .help { mode = .empty }
    }

    /// The item has changed elsewhere.
    mutating func update(_ item: ReviewItem, _ hold: Hold) {
        guard self.item?.escalation.id == item.escalation.id else { return }
        let before = self.hold
        self.item = item
        self.hold = hold
        guard before != hold else { return }
        switch hold {
        case .over(let how):
            mode = .browsing
            say("\(how); space goes to the next", .bad)
        case .other(let name): say("\(name) holds it now; space goes to the next", .bad)
        case .mine: say("it is yours to decide again", .good)
        }
    }

    /// A decision was applied.
    mutating func applied(_ decision: Decision, version: Int, confidence: String?) {
        guard let item else { return }
        decided += 1
        undoable.append(Undoable(escalation: item.escalation.id, version: version))
        if undoable.count > Self.undoDepth { undoable.removeFirst() }
        let secret = confidence.map { "; its confidence was \($0)" } ?? ""
        mode = .browsing
        say("\(decision.resolution) \(Self.name(item))\(secret) - backspace undoes it", .good)
    }

    /// A decision was taken back, or it was too late to.
    mutating func undone(_ escalation: String, refusal: String?) {
        undoable.removeAll { $0.escalation == escalation }
        if let refusal {
            say(refusal, .bad)
        } else {
            decided -= 1
            say("undone; it waits again", .good)
        }
    }

    /// The editor gave a value that fits; it is looked at before it is applied.
    mutating func propose(_ value: JSONValue) {
        guard item != nil else { return }
        scroll = 0
        mode = .confirming(value)
    }

    /// Says something in the last line.
    mutating func say(_ text: String, _ tone: Tone = .plain) {
        message = text
        self.tone = tone
    }

    private static func name(_ item: ReviewItem) -> String {
        "\(item.escalation.job.rawValue)"
    }

    // MARK: Keys

    /// Takes a key; returns what is to be done.
    mutating func press(_ key: ReviewKey) -> Effect? {
        if key == .interrupt { return .quit }
        if key == .redraw { return .redraw }
        switch mode {
        case .help:
            mode = item == nil ? .empty : .browsing
            return nil
        case .prompting(let question, let text): return type(key, question, text)
        case .confirming(let value): return confirm(key, value)
        case .empty, .browsing: return browse(key)
        }
    }

    private mutating func browse(_ key: ReviewKey) -> Effect? {
        switch key {
        case .character("q"): return .quit
        case .character("?"): mode = .help
        case .character(" "): return leave()
        case .backspace: return undo()
        case .character("j"), .down: scroll += 1
        case .character("k"), .up: scroll = max(0, scroll - 1)
        case .pageDown: scroll += 10
        case .pageUp: scroll = max(0, scroll - 10)
        case .home: scroll = 0
        case .end: scroll = .max / 2
        case .character("a"): return ifMine { _ in .decide(.approve) }
        case .character("x"): return ifMine { _ in .decide(.reject) }
        case .character("o"): return ifMine { .edit($0.result) }
        case .character("r"): return ask(.guidance)
        case .character("c"):
            if item != nil { mode = .prompting(.comment, text: "") }
        default: break
        }
        return nil
    }

    private mutating func leave() -> Effect? {
        say("")
        return .next
    }

    private mutating func undo() -> Effect? {
        guard let last = undoable.last else {
            say("nothing was decided here that could be undone")
            return nil
        }
        return .undo(escalation: last.escalation, version: last.version)
    }

    private mutating func ask(_ question: Question) -> Effect? {
        if item?.escalation.reason == .auditSample {
            say("an audit sample's job has completed and is not run again", .bad)
            return nil
        }
        if ifMine({ _ in .refresh }) != nil { mode = .prompting(question, text: "") }
        return nil
    }

    /// Refuses with the reason where the item is not this reviewer's to decide.
    private mutating func ifMine(_ effect: (ReviewItem) -> Effect) -> Effect? {
        guard let item else { return nil }
        switch hold {
        case .mine: return effect(item)
        case .other(let name): say("\(name) holds it; space goes to the next", .bad)
        case .over(let how): say("\(how); space goes to the next", .bad)
        }
        return nil
    }

    private mutating func type(_ key: ReviewKey, _ question: Question, _ text: String) -> Effect? {
        switch key {
        case .character(let character):
            mode = .prompting(question, text: text + String(character))
            return nil
        case .backspace:
            mode = .prompting(question, text: String(text.dropLast()))
            return nil
        case .clear:
            mode = .prompting(question, text: "")
            return nil
        case .escape:
            mode = .browsing
            say("nothing was done")
            return nil
        case .enter: return answer(question, text)
        default: return nil
        }
    }

    private mutating func answer(_ question: Question, _ text: String) -> Effect? {
        switch question {
        case .comment:
            mode = .browsing
            return text.isEmpty ? nil : .comment(text)
        case .guidance:
            mode = .prompting(.parameters(guidance: text), text: "")
            return nil
        case .parameters(let guidance):
            mode = .browsing
            return .retry(parameters: text, guidance: guidance.isEmpty ? nil : guidance)
        }
    }

    private mutating func confirm(_ key: ReviewKey, _ value: JSONValue) -> Effect? {
        switch key {
        case .character("y"), .enter:
            mode = .browsing
            return .decide(.override(value))
        case .character("e"):
            mode = .browsing
            return .edit(value)
        case .character("n"), .escape:
            mode = .browsing
            say("nothing was done")
        case .character("j"), .down: scroll += 1
        case .character("k"), .up: scroll = max(0, scroll - 1)
        case .pageDown: scroll += 10
        case .pageUp: scroll = max(0, scroll - 10)
        default: break
        }
        return nil
    }

    /// Keeps the scroll within what there is to see, which only the renderer knows.
    mutating func limitScroll(to last: Int) { scroll = min(scroll, max(0, last)) }
}
