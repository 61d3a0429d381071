import AsyncHTTPClient
import Foundation
import Logging
import ServiceLifecycle

/// Everything on one machine: private servers, an orchestrator, one worker process of each kind and one of each agent,
/// each watched and started again when it ends by itself.
struct DevelopmentStack: Service {
    let folder: DevelopmentFolder
    let logFolder: String
    let ports: DevelopmentPorts
    let settings: Settings
    let logger: Logger
    /// Says one line to the person at the terminal.
    let say: @Sendable (String) -> Void
    /// Shows what runs, once everything is healthy.
    let onReady: @Sendable ([RunningProcess], _ after: Duration) throws -> Void

    /// Processes that are not healthy by then never will be.
    private static let readyLimit = Duration.seconds(60)

    func run() async throws {
        let began = ContinuousClock.now
        let servers = try await DevelopmentServers(folder: folder, ports: ports, logger: logger)
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        var processes: [SupervisedProcess] = []
        let result: Result<Void, any Error>
        do {
            try await start(&processes, servers)
            let probe = HealthProbe(client: client)
            try await waitUntilHealthy(&processes, probe, since: began)
            if !Task.isShuttingDownGracefully {
                try publish(processes, servers)
                try onReady(servers.running + processes.map(\.running), .now - began)
                try await supervise(&processes, servers, probe)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        folder.unpublish()
        await stop(processes)
        await servers.stop()
        try await client.shutdown()
        try result.get()
    }

    private func start(_ processes: inout [SupervisedProcess], _ servers: DevelopmentServers) async throws {
        var environment = Foundation.ProcessInfo.processInfo.environment
        environment.merge(settings.environment) { $1 }
        environment[SettingKey.redisURL.environmentName] = servers.redisURL
        environment[SettingKey.databaseURL.environmentName] = servers.databaseURL
        if settings.isDefault(.apiURL) {
            environment[SettingKey.apiURL.environmentName] = "http://127.0.0.1:\(ports.orchestrator)"
        }
        if settings.isDefault(.workFolder) {
            environment[SettingKey.workFolder.environmentName] = folder.file("work")
        }
        let roles =
            [("orchestrator", ["orchestrator"], ports.orchestrator)]
            + ports.workers.sorted { $0.value < $1.value }.map { ($0.key, ["worker", $0.key], $0.value) }
            + ports.agents.sorted { $0.value < $1.value }.map { ($0.key, ["agent", $0.key], $0.value) }
        // Resolved here: to a child, the link would name the child's own executable.
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        for (name, arguments, port) in roles {
            processes.append(
                try await SupervisedProcess(
                    name: name,
                    executable: executable,
                    arguments: arguments,
                    port: port,
                    environment: environment,
                    logFolder: logFolder
                )
            )
        }
    }

    private func waitUntilHealthy(
        _ processes: inout [SupervisedProcess],
        _ probe: HealthProbe,
        since began: ContinuousClock.Instant
    ) async throws {
        while !Task.isShuttingDownGracefully {
            for index in processes.indices {
                if let news = try await processes[index].supervise(now: .now) { say(news) }
            }
            let healthy = await probe.healthy(of: processes.map(\.port))
            let missing = processes.filter { !healthy.contains($0.port) }
            if missing.isEmpty { return }
            guard ContinuousClock.now - began < Self.readyLimit else {
                let names = missing.map { "\($0.name) (\($0.running.log))" }.joined(separator: ", ")
                throw CommandFailure(.failed, "not healthy after \(Self.readyLimit): \(names)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Until the graceful shutdown; the loop looks for it several times a second.
    private func supervise(
        _ processes: inout [SupervisedProcess],
        _ servers: DevelopmentServers,
        _ probe: HealthProbe
    ) async throws {
        var nextCheck = ContinuousClock.now + .seconds(5)
        while !Task.isShuttingDownGracefully {
            var news = try await servers.supervise()
            for index in processes.indices {
                if let line = try await processes[index].supervise(now: .now) { news.append(line) }
            }
            if ContinuousClock.now >= nextCheck {
                let healthy = await probe.healthy(of: processes.map(\.port))
                for index in processes.indices {
                    if let line = processes[index].note(healthy: healthy.contains(processes[index].port)) {
                        news.append(line)
                    }
                }
                nextCheck = .now + .seconds(5)
            }
            if !news.isEmpty {
                news.forEach(say)
                try publish(processes, servers)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func publish(_ processes: [SupervisedProcess], _ servers: DevelopmentServers) throws {
        try folder.publish(
            servers.running + processes.map(\.running),
            redisURL: servers.redisURL,
            databaseURL: servers.databaseURL
        )
    }

    /// Processes first, all at once: they hand their jobs back while Redis is still there.
    private func stop(_ processes: [SupervisedProcess]) async {
        let grace = settings.gracePeriod + .seconds(10)
        await withTaskGroup { group in
            for process in processes { group.addTask { await process.stop(grace: grace) } }
        }
    }
}
