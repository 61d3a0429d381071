import Agents
import JobModel
import PrivateServers
import Workers

/// The ports of everything that `concord dev` starts.
struct DevelopmentPorts: Sendable {
    let redis: Int
    let postgres: Int
    let orchestrator: Int
    /// By worker kind.
    let workers: [String: Int]
    /// By agent.
    let agents: [String: Int]

    /// The roles' own ports, moved by an offset; or free ones.
    ///
    /// - Throws: ``CommandFailure`` that names a port that somebody listens on.
    init(kinds: [WorkerKind], agents: [AgentKind], offset: Int, ephemeral: Bool) throws {
        var taken: Set<Int> = []
        func port(_ fixed: Int, _ name: String) throws -> Int {
            guard ephemeral || fixed == 0 else {
                guard (1...65_535).contains(fixed + offset) else {
                    throw CommandFailure(.usage, "--port-offset \(offset): moves \(name) to a port that does not exist")
                }
                guard LoopbackPort.isFree(fixed + offset) else {
                    throw CommandFailure(
                        .failed,
                        "port \(fixed + offset) of \(name) is in use",
                        hint: "stop what listens there, or use --port-offset 100 or --ephemeral-ports"
                    )
                }
                return fixed + offset
            }
            while true {
                let free = try LoopbackPort.chosen(nil)
                if taken.insert(free).inserted { return free }
            }
        }
        redis = try port(8379, "redis")
        postgres = try port(8432, "postgres")
        orchestrator = try port(OrchestratorCommand.rolePort, "orchestrator")
        var workers: [String: Int] = [:]
        for kind in kinds { workers[kind.name.rawValue] = try port(kind.port, kind.name.rawValue) }
        self.workers = workers
        var ports: [String: Int] = [:]
        for agent in agents { ports[agent.name.rawValue] = try port(agent.port, agent.name.rawValue) }
        self.agents = ports
    }
}
