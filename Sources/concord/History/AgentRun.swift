import Agents
import JobModel
import JobQueue

/// One run of an agent's action from the command line, without the queue.
struct AgentRun {
    let agent: QueueName
    let action: String
    let parameters: JSONValue

    init(_ agent: QueueName, _ action: String, _ parameters: JSONValue) {
        self.agent = agent
        self.action = action
        self.parameters = parameters
    }

    /// Runs it on the deployment that the options name, its tables made where they are missing.
    ///
    /// - Throws: ``CommandFailure`` for what the action refuses.
    func result(_ options: SettingsOptions) async throws -> JSONValue {
        let deployment = Deployment(command: try options.settings())
        return try await deployment.withAgents { environment in
            try await environment.prepare()
            let run = DirectRun(
                kind: agent,
                actions: AgentCatalog.actions(for: agent, environment: environment),
                logger: deployment.logger
            )
            let id = JobID(trusted: "cli-\(UInt64.random(in: .min ... .max))")
            do {
                return try await run.run(action, parameters: parameters, id: id).result
            } catch let failure as JobFailure {
                throw CommandFailure(failure.code == "invalid_parameters" ? .usage : .failed, failure.message)
            }
        }
    }
}
