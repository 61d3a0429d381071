/// Why the due time or the tier of an escalation is set.
public enum DueEvent: String, Sendable, Codable, CaseIterable {
    /// Its first due time.
    case dueSet = "due_set"
    /// It was overdue, and its reviewers are told again.
    case reminded
    /// It goes to another tier of reviewers.
    case handedOn = "handed_on"
}
