/// Starts a server's process and waits until the server answers.
struct ServerLaunch: Sendable {
    /// The server's name in messages.
    let name: String
    /// What runs it.
    let command: ChildCommand
    /// Where its log lies.
    let folder: ServerFolder
    /// Answers whether the server serves; may block for some milliseconds.
    let probe: @Sendable () -> Bool

    /// Runs the command; returns when the probe succeeds, throws when the process ends before or time runs out.
    ///
    /// After an error or a cancellation no process is left.
    func run(timeout: Duration) async throws(PrivateServerError) -> ChildProcess {
        let child = try await ChildProcess.spawn(command)
        let deadline = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(2)
        while !probe() {
            let log = command.logFile ?? "/dev/null"
            if let status = child.exitStatus {
                throw PrivateServerError(
                    code: .exitedEarly,
                    message: "\(name) ended with \(status); see \(log): \(folder.tail(of: log))"
                )
            }
            if ContinuousClock.now > deadline {
                await child.kill()
                throw PrivateServerError(
                    code: .notReady,
                    message: "\(name) did not answer within \(timeout); see \(log): \(folder.tail(of: log))"
                )
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                await child.kill()
                throw PrivateServerError(code: .cancelled, message: "the start of \(name) was cancelled")
            }
            pause = min(pause * 2, .milliseconds(50))
        }
        return child
    }
}
