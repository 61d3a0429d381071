/// What becomes of a planned time while the schedule's last operation has not ended.
package enum OverlapPolicy: String, Codable, CaseIterable, Sendable {
    /// It is dropped, and the record says so.
    case skip
    /// It waits for the end; the times that come meanwhile are missed, and the catch-up policy says what becomes of them.
    case wait
    /// A second operation starts.
    case allow
}
