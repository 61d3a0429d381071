/// One thing that the doctor looked at.
struct Finding: Sendable, Encodable, Hashable {
    /// How bad it is.
    enum Level: String, Sendable, Encodable, CaseIterable {
        /// As it should be.
        case ok
        /// Worth knowing; nothing breaks.
        case note
        /// Weaker than it should be.
        case warning
        /// Must be fixed.
        case problem
    }

    /// What was looked at, such as `redis.appendonly`.
    let subject: String
    let level: Level
    /// What was found.
    let message: String
    /// What to do; `nil` where there is nothing to do.
    let remedy: String?

    init(_ subject: String, _ level: Level, _ message: String, remedy: String? = nil) {
        self.subject = subject
        self.level = level
        self.message = message
        self.remedy = remedy
    }

    /// The finding, and on a line of its own what to do.
    func lines(_ terminal: Terminal) -> [String] {
        let mark =
            switch level {
            case .ok: terminal.styled("✓", .green)
            case .note: terminal.styled("·", .dim)
            case .warning: terminal.styled("!", .yellow)
            case .problem: terminal.styled("✗", .red)
            }
        return ["\(mark) \(subject): \(message)"] + (remedy.map { ["    \($0)"] } ?? [])
    }
}
