import DequeModule
import Synchronization

/// Where any thread leaves commands for the event loop: only the first of a tick has to wake it.
final class CommandInbox: Sendable {
    /// What was left since the event loop last looked.
    struct Contents {
        var commands: Deque<PendingCommand> = []
        /// Ids of commands whose tasks were cancelled.
        var cancelled: Set<UInt64> = []
    }

    /// What the caller has to do after leaving something.
    enum Verdict {
        /// The event loop will look anyway.
        case noted
        /// The caller schedules the event loop's look.
        case wake
        /// The client is closed; nothing was left.
        case closed
    }

    private struct State {
        var contents = Contents()
        var isAwake = false
        var isClosed = false

        mutating func wake() -> Verdict {
            guard !isAwake else { return .noted }
            isAwake = true
            return .wake
        }
    }

    private let state = Mutex(State())

    /// Leaves a command.
    func append(_ command: PendingCommand) -> Verdict {
        state.withLock { state in
            guard !state.isClosed else { return .closed }
            state.contents.commands.append(command)
            return state.wake()
        }
    }

    /// Leaves commands that are written one behind the other.
    func append(_ commands: [PendingCommand]) -> Verdict {
        state.withLock { state in
            guard !state.isClosed else { return .closed }
            state.contents.commands.append(contentsOf: commands)
            return state.wake()
        }
    }

    /// Asks that a command be given up.
    func cancel(_ id: UInt64) -> Verdict {
        state.withLock { state in
            guard !state.isClosed else { return .closed }
            state.contents.cancelled.insert(id)
            return state.wake()
        }
    }

    /// Exchanges everything that was left for `emptied`, whose memory is used again; the next arrival wakes anew.
    func exchange(_ emptied: inout Contents) {
        state.withLock { state in
            state.isAwake = false
            swap(&state.contents, &emptied)
        }
    }

    /// Refuses everything from now on; what was left before can still be taken.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
