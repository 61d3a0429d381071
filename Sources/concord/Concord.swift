import ArgumentParser
import JobQueue

/// The root command.
struct Concord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concord",
        abstract: "A durable job queue and plan orchestrator on Redis Streams.",
        discussion: """
            Start everything on this machine with `concord dev`; then, in another terminal and the same folder:

              concord operation create data_pipeline --watch \\
                --param counties=BROWARD --param year=2025

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 Redis cannot be reached, 4 waits for a person.
            Shell completion: concord --generate-completion-script bash|zsh|fish
            """,
        version: ConcordVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Processes",
                subcommands: [DevCommand.self, OrchestratorCommand.self, WorkerCommand.self, AgentCommand.self]
            ),
            CommandGroup(
                name: "Work",
                subcommands: [
                    EnqueueCommand.self, OperationCommand.self, ScheduleCommand.self, EscalationsCommand.self,
                    ReviewCommand.self,
                ]
            ),
            CommandGroup(
                name: "Inspection",
                subcommands: [
                    QueuesCommand.self, WorkersCommand.self, DeadCommand.self, HistoryCommand.self, DoctorCommand.self,
                ]
            ),
            CommandGroup(name: "Data", subcommands: [LinkCommand.self]),
            CommandGroup(name: "Measurement", subcommands: [BenchCommand.self, FaultsCommand.self]),
        ]
    )
}
