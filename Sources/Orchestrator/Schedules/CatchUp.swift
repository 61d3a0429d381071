/// What becomes of planned times at which nobody was there to fire.
package enum CatchUp: String, Codable, CaseIterable, Sendable {
    /// They are dropped; the next time fires.
    case skip
    /// One operation for all of them, at the newest.
    case latest
    /// One operation for each, oldest first; of more than a hundred, the newest hundred.
    case all

    /// A planned time counts as missed when nobody fired it for so long.
    static let grace = 60_000
    /// The most missed times that `all` makes up for.
    static let limit = 100

    /// What a schedule does now that its next time has come.
    struct Step: Hashable, Sendable {
        /// The planned time that is dealt with.
        var planned: Int
        /// Whether an operation is to be created for it; otherwise it is dropped.
        var fires: Bool
        /// The next planned time: not later than now while there is more to make up for.
        var next: Int?
    }

    /// Decides by server time; `nil` while the next time has not come.
    ///
    /// All times are milliseconds since 1970.
    func step(of timing: ScheduleTiming, next: Int, now: Int) -> Step? {
        guard let planned = timing.newest(self == .all ? Self.limit : 1, from: next, through: now).first else {
            return nil
        }
        return Step(
            planned: planned,
            fires: self != .skip || now - planned < Self.grace,
            next: timing.next(afterMilliseconds: planned)
        )
    }
}
