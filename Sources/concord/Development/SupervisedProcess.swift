import Foundation
import PrivateServers

/// A child process that is started again when it ends by itself.
struct SupervisedProcess: Sendable {
    /// The role's name.
    let name: String
    /// The port of its HTTP server.
    let port: Int
    private let command: ChildCommand
    private var child: ChildProcess
    private var startedAt: ContinuousClock.Instant
    private var restartAt: ContinuousClock.Instant?
    private var backoff = RestartBackoff()
    private var isHealthy = true

    /// Starts an executable in a role.
    init(
        name: String,
        executable: String,
        arguments: [String],
        port: Int,
        environment: [String: String],
        logFolder: String
    ) async throws(PrivateServerError) {
        self.name = name
        self.port = port
        command = ChildCommand(
            executable: executable,
            arguments: arguments + ["--port", String(port)],
            environment: environment,
            logFile: "\(logFolder)/\(name).log"
        )
        child = try await ChildProcess.spawn(command)
        startedAt = .now
    }

    /// What is shown of it.
    var running: RunningProcess {
        RunningProcess(name: name, pid: child.pid, address: "http://127.0.0.1:\(port)", log: command.logFile ?? "")
    }

    /// Starts it again when it has ended and its wait is over; returns what there is to tell.
    mutating func supervise(now: ContinuousClock.Instant) async throws(PrivateServerError) -> String? {
        if let restartAt {
            guard now >= restartAt else { return nil }
            child = try await ChildProcess.spawn(command)
            startedAt = now
            self.restartAt = nil
            return "\(name) is started again as process \(child.pid)"
        }
        guard let status = child.exitStatus else { return nil }
        let delay = backoff.delay(afterLife: now - startedAt)
        restartAt = now + delay
        return "\(name) ended with \(status), see \(command.logFile ?? ""); it is started again in \(delay)"
    }

    /// Takes the answer of a health check; returns what there is to tell.
    mutating func note(healthy: Bool) -> String? {
        guard healthy != isHealthy, restartAt == nil else { return nil }
        isHealthy = healthy
        return healthy ? "\(name) is healthy again" : "\(name) is not healthy, see \(running.address)/health"
    }

    /// Ends it in good order, and by force after the grace period.
    func stop(grace: Duration) async {
        await child.terminate(grace: grace)
    }
}
