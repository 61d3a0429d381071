/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `TIME level message key=value …`, for people.
    case text
    /// One JSON object a line, for machines.
    case json
}
