import ArgumentParser

/// `concord operation`.
struct OperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operation",
        abstract: "Create operations and follow them.",
        discussion: "Example: concord operation list --status failed",
        subcommands: [
            CreateOperationCommand.self, ListOperationsCommand.self, ShowOperationCommand.self,
            WatchOperationCommand.self, CancelOperationCommand.self, RetryOperationCommand.self,
            PlanOperationCommand.self, ExplainOperationCommand.self, VerifyOperationCommand.self,
            ReportOperationCommand.self,
        ],
    )
}
