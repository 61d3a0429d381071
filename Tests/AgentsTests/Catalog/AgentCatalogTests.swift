import JobModel
import JobQueue
import Logging
import Orchestrator
import PostgresClient
import TestSupport
import Testing
import Workers

@testable import Agents

@Suite("The catalog of agents", .postgresServer, .timeLimit(.minutes(5)))
struct AgentCatalogTests {
    @Test("has the four, each with its port, known to the orchestrator by the same names")
    func kinds() {
        #expect(
            AgentCatalog.kinds.map(\.name.rawValue) == ["verification", "explorer", "research_documenter", "historian"]
        )
        #expect(AgentCatalog.kinds.map(\.port) == [3009, 3010, 3011, 3012])
        #expect(Set(AgentCatalog.kinds.map(\.name)) == Operations.agentQueues)
    }

    @Test("every action says what it does, takes and answers, and every path runs one")
    func descriptions() {
        for kind in AgentCatalog.kinds {
            let actions = AgentCatalog.described[kind.name] ?? []
            for action in actions {
                #expect(action.summary.hasSuffix("."), "\(action.name)")
                #expect(action.parameters != .any && action.result != .any, "\(action.name)")
            }
            for route in kind.routes { #expect(actions.contains { $0.name == route.action }, "\(route.path)") }
        }
    }

    @Test("the migrations of every component can be adopted when their records are lost")
    func lostRecords() async throws {
        let all = WorkerCatalog.migrations + AgentCatalog.migrations + AuditSchema.migrations
        let components = Set(all.map(\.component)).sorted()
        #expect(components.count == 9)
        let client = PostgresClient(
            configuration: try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase()),
            logger: Logger(label: "test")
        )
        do {
            try await client.migrate(all)
            for lost in components.map({ [$0] }) + [components] {
                try await client.execute(
                    "DELETE FROM concord_migrations WHERE component = ANY ($1)",
                    [.textArray(lost)]
                )
                try await client.migrate(all, adopting: true)
                let records = try await client.query("SELECT count(*) FROM concord_migrations")
                #expect(try records.first?.decode(0, as: Int.self) == all.count, "\(lost)")
            }
            try await client.migrate(all)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    @Test("results are of the form that they declare")
    func schemas() async throws {
        try await withAgentStage { stage in
            let id = try await stage.run(AgentStage.pipeline()).operationId
            try await stage.catchUp()
            let cases: [(QueueName, String, JSONValue)] = [
                ("verification", "verify", ["operation_id": .string(id)]),
                ("verification", "history", ["operation_id": .string(id)]), ("verification", "history", [:]),
                ("explorer", "search", ["q": "sales broward"]),
                ("research_documenter", "report", ["operation_id": .string(id), "format": "html"]),
                ("historian", "search", [:]), ("historian", "timeline", [:]),
                ("historian", "snapshot", ["id": .string(id)]), ("historian", "snapshot", ["id": "2"]),
                ("historian", "create_checkpoint", [:]), ("historian", "verify_chain", [:]),
                ("historian", "export", [:]),
            ]
            for (agent, name, parameters) in cases {
                let outcome = try await stage.act(agent, name, parameters)
                let schema = try #require(AgentCatalog.described[agent]?.first { $0.name == name }?.result)
                #expect(schema.defects(in: outcome.result) == [], "\(agent).\(name)")
                #expect(!outcome.parts.isEmpty && outcome.parts.allSatisfy { !$0.basis.isEmpty }, "\(agent).\(name)")
            }
        }
    }

    @Test("an agent without a database says so")
    func notConfigured() async throws {
        let environment = AgentEnvironment(
            postgres: nil,
            operations: nil,
            workFolder: "/nowhere",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        for (agent, action, parameters) in [
            ("historian", "search", [:]), ("historian", "create_checkpoint", [:]), ("verification", "history", [:]),
            ("verification", "verify", ["operation_id": "op-1"]),
            ("research_documenter", "report", ["operation_id": "op-1"]),
        ] as [(QueueName, String, JSONValue)] {
            let run = DirectRun(
                kind: agent,
                actions: AgentCatalog.actions(for: agent, environment: environment),
                logger: environment.logger
            )
            let failure = await #expect(throws: JobFailure.self) {
                try await run.run(action, parameters: parameters, id: JobID(trusted: "x"))
            }
            #expect(failure?.code == "not_configured", "\(agent).\(action)")
        }
    }
}
