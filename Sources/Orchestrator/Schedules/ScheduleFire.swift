package import JobModel

/// What became of a planned time of a schedule.
package struct ScheduleFire: Hashable, Sendable {
    /// The closed vocabulary of outcomes.
    package enum Outcome: String, Sendable, CaseIterable {
        /// An operation was created.
        case created
        /// It was dropped, because the last operation had not ended.
        case skipped
        /// It was dropped, because nobody was there at the time.
        case missed
        /// The operation could not be created at all.
        case failed
        /// An operation was created by hand, at no planned time.
        case triggered
    }

    /// What became of it.
    package var outcome: Outcome
    /// The planned time, milliseconds since 1970; `nil` for a run by hand.
    package var plannedMilliseconds: Int?
    /// The first of the missed times that this one stands for; `nil` where there is no other than the planned one.
    package var missedSinceMilliseconds: Int?
    /// When it was recorded, by the server's clock.
    package var atMilliseconds: Int
    /// The operation that was created, or that still ran; `nil` for none.
    package var operation: JobID?

    /// Reads a line of the record: `since planned now outcome operation`, `-` for none.
    init?(line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 5, let at = Int(words[2]), let outcome = Outcome(rawValue: words[3]) else { return nil }
        self.outcome = outcome
        plannedMilliseconds = Int(words[1])
        missedSinceMilliseconds = words[0] == words[1] ? nil : Int(words[0])
        atMilliseconds = at
        operation = words[4] == "-" ? nil : JobID(trusted: words[4])
    }
}
