import Agents
import ArgumentParser
import Foundation
import JobModel
import ServiceLifecycle
import Workers

/// `concord dev`.
struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract:
            "Run everything on this machine: private Redis and PostgreSQL, an orchestrator, the workers and agents.",
        discussion: """
            Each is a process of its own; one that ends by itself is started again. Data is kept in ./.concord, logs in \
            ./logs. Other commands in this folder find the servers by themselves. Ctrl-C stops everything in good order.

            Example: concord dev --port-offset 100
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("Where data is kept.", valueName: "folder"))
    var folder = ".concord"

    @Option(help: ArgumentHelp("Where the processes' output goes.", valueName: "folder"))
    var logs = "logs"

    @Option(help: ArgumentHelp("Added to every port.", valueName: "number"))
    var portOffset = 0

    @Flag(help: "Take free ports, so that several run side by side.")
    var ephemeralPorts = false

    @Flag(help: "Delete the data of earlier runs first.")
    var fresh = false

    func run() async throws {
        let settings = try options.settings()
        let folder = DevelopmentFolder(path: folder)
        let logFolder = FileAddress.absolutePath(logs)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: logFolder, withIntermediateDirectories: true)
        let lock = try ProcessLock(path: folder.pidFile)
        defer { lock.release() }
        folder.unpublish()  // Left behind by a run that was killed.
        try folder.prepare(fresh: fresh)
        let kinds = WorkerCatalog.kinds
        let agents = AgentCatalog.kinds
        let deployment = Deployment(command: settings)
        let terminal = Terminal.standardError
        let stack = DevelopmentStack(
            folder: folder,
            logFolder: logFolder,
            ports: try DevelopmentPorts(
                kinds: kinds,
                agents: agents,
                offset: portOffset,
                ephemeral: ephemeralPorts
            ),
            settings: settings,
            logger: deployment.logger,
            say: { terminal.write($0 + "\n") },
            onReady: { try show($0, after: $1) }
        )
        terminal.write(
            "starting Redis, PostgreSQL, the orchestrator, \(kinds.count) workers and \(agents.count) agents "
                + "in \(folder.path)\n"
        )
        // Running jobs get their grace period inside the workers; the servers stop after them.
        try await ServiceGroup.process([stack], grace: settings.gracePeriod + .seconds(40), logger: deployment.logger)
            .run()
        terminal.write("stopped\n")
    }

    private struct Ready: Encodable {
        let processes: [RunningProcess]
        let readyMs: Int

        enum CodingKeys: String, CodingKey {
            case processes
            case readyMs = "ready_ms"
        }
    }

    private func show(_ processes: [RunningProcess], after time: Duration) throws {
        let milliseconds = time.wholeMilliseconds
        try answer.output.show(Ready(processes: processes, readyMs: milliseconds)) { terminal in
            var table = TextTable(["PROCESS", "PID", "ADDRESS", "LOG"])
            for process in processes {
                table.append([process.name, String(process.pid), process.address, process.log])
            }
            let ready = "ready in \(Moment.length(milliseconds: Double(milliseconds))); Ctrl-C stops everything"
            return table.lines(terminal) + [terminal.styled(ready, .green)]
        }
    }
}
