import Foundation
import Synchronization

/// Tells on a terminal how far a linkage is; says nothing where nobody looks.
final class LinkStatus: Sendable {
    private let terminal: Terminal
    private let last = Mutex("")

    init(terminal: Terminal) { self.terminal = terminal }

    /// Replaces the line.
    func show(_ phase: String, _ done: Int, _ total: Int) {
        guard terminal.isInteractive else { return }
        let line = "\(phase) \(100 * done / max(1, total)) %"
        let isNew = last.withLock { last in
            defer { last = line }
            return last != line
        }
        if isNew { terminal.write("\r\u{1B}[K\(line)") }
    }

    /// Takes the line away.
    func end() {
        if terminal.isInteractive { terminal.write("\r\u{1B}[K") }
    }
}
