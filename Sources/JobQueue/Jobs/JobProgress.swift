/// How far a handler is.
public struct JobProgress: Hashable, Sendable, Codable {
    /// Units done.
    public var done: Int
    /// Units in all, where that is known.
    public var total: Int?
    /// What a unit is, such as `rows`.
    public var unit: String

    /// Combines the parts.
    public init(done: Int, total: Int?, unit: String) {
        self.done = done
        self.total = total
        self.unit = unit
    }
}
