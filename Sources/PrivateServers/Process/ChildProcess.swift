import Foundation
import Glibc
import Synchronization

/// A running child process of our own, waited for and signalled by its id only.
///
/// Each child has one thread, which starts it and then blocks in `waitid`. The kernel sends a child's death signal when
/// the *thread* that started it ends, so that thread has to live as long as the child.
package final class ChildProcess: Sendable {
    private struct State {
        var status: ExitStatus?
        var waiters: [CheckedContinuation<ExitStatus, Never>] = []
    }

    /// The process id.
    package let pid: Int32
    private let state = Mutex(State())

    private init(pid: Int32) {
        self.pid = pid
    }

    /// Starts a command in a session of its own, so that a Ctrl-C in the terminal reaches only the parent.
    package static func spawn(_ command: ChildCommand) async throws(PrivateServerError) -> ChildProcess {
        let vector = try command.argumentVector()
        let started = await withCheckedContinuation { continuation in
            let thread = Thread {
                switch Result(catching: { () throws(PrivateServerError) in try posixSpawn(vector, command) }) {
                case .success(let pid):
                    let child = ChildProcess(pid: pid)
                    continuation.resume(returning: Result<ChildProcess, PrivateServerError>.success(child))
                    child.reap()
                case .failure(let error):
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.stackSize = 128 * 1024
            thread.name = "child-process"
            thread.start()
        }
        return try started.get()
    }

    /// How the process ended, nil while it runs.
    package var exitStatus: ExitStatus? {
        state.withLock { $0.status }
    }

    /// Waits until the process has ended.
    ///
    /// Cancellation of the task does not end the wait: send a signal for that.
    package func waitForExit() async -> ExitStatus {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state -> ExitStatus? in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Sends a signal, unless the process has ended.
    ///
    /// The process is reaped under the same lock, so that the id cannot have passed on to a stranger.
    package func signal(_ signal: Int32) {
        state.withLock { state in
            if state.status == nil { _ = Glibc.kill(pid, signal) }
        }
    }

    /// Kills the process with SIGKILL and waits for its end.
    @discardableResult
    package func kill() async -> ExitStatus {
        signal(SIGKILL)
        return await waitForExit()
    }

    /// Asks the process to end, and kills it when it has not by the end of the grace period.
    @discardableResult
    package func terminate(signal number: Int32 = SIGTERM, grace: Duration = .seconds(10)) async -> ExitStatus {
        signal(number)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled as soon as the process has ended; then there is nothing left to kill.
                guard (try? await Task.sleep(for: grace)) != nil else { return }
                self.signal(SIGKILL)
            }
            let status = await waitForExit()
            group.cancelAll()
            return status
        }
    }

    /// Blocks until the process is dead, then reaps it and wakes the waiters.
    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        let (status, waiters) = state.withLock { state in
            var word: Int32 = 0
            while waitpid(pid, &word, 0) == -1 && errno == EINTR {}
            let status = ExitStatus(waitStatus: word)
            state.status = status
            defer { state.waiters = [] }
            return (status, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }
}
