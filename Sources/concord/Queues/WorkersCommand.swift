import ArgumentParser
import Gateway
import JobQueue

/// `concord workers`.
struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Show the live worker processes.",
        discussion: "Example: concord workers --json"
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    func run() async throws {
        try await Deployment(command: try options.settings()).withQueue { queue in
            let processes = try await queue.processes()
            try answer.output.show(["workers": processes.map { WorkerReport($0) }]) { terminal in
                guard !processes.isEmpty else { return ["no worker process is alive"] }
                var table = TextTable(
                    ["QUEUE", "HOST", "PID", "RUNNING", "SETTLED", "UP", "ACTIONS"],
                    rightAligned: [2, 3, 4, 5]
                )
                for process in processes {
                    table.append([
                        process.queue.rawValue, process.host, String(process.pid),
                        "\(process.running)/\(process.concurrency)", Moment.count(process.settled),
                        Moment.age(sinceMilliseconds: process.startedAt * 1000), process.actions.joined(separator: " "),
                    ])
                }
                return table.lines(terminal)
            }
        }
    }
}
