import JobModel
import JobQueue
import Orchestrator
import Testing

/// The only orchestrator is killed with SIGKILL while an operation is in each of its states; the next one finishes it.
@Suite("An orchestrator that is killed", .serialized, .timeLimit(.minutes(10)))
struct OrchestratorDeathTests {
    private func withOrchestrator(_ body: (Deployment, Stage) async throws -> Void) async throws {
        try await Deployment.with { deployment in
            try await Stage.with(deployment) { stage in
                try await deployment.start(["orchestrator"])
                try await body(deployment, stage)
            }
        }
    }

    /// Finished, every step once, and every transition told once and in order.
    private func expectFinishedOnce(
        _ id: JobID,
        _ stage: Stage,
        _ states: [OperationState],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let record = try await stage.until(id, .completed, .failed, .cancelled)
        #expect(record.state == states.last, sourceLocation: sourceLocation)
        for job in record.stepJobs {
            #expect(stage.runs.runs(of: job) == 1, "\(job)", sourceLocation: sourceLocation)
        }
        let told = try await stage.operations.events(id).filter { $0.subject == id.rawValue }
        #expect(
            told.compactMap { OperationState(rawValue: $0.state) } == states,
            sourceLocation: sourceLocation
        )
    }

    private let chain = [Stage.step("a", #"{"value":1}"#), Stage.step("b", ##"{"value":"#a.value"}"##)]

    @Test func `planning: the plan is made by the next one`() async throws {
        try await withOrchestrator { deployment, stage in
            _ = try await stage.queue.setPaused(true, queue: Operations.orchestratorQueue)
            let id = try await stage.create(chain)
            try await stage.until(id, .planning)
            try await deployment.kill(["orchestrator"])
            _ = try await stage.queue.setPaused(false, queue: Operations.orchestratorQueue)
            try await expectFinishedOnce(id, stage, [.planning, .executing, .validating, .completed])
        }
    }

    @Test func `executing: the steps go on without it, and the next one concludes`() async throws {
        try await withOrchestrator { deployment, stage in
            let id = try await stage.create([Stage.step("a", #"{"milliseconds":800,"value":1}"#), chain[1]])
            try await stage.until(id, .executing)
            try await deployment.kill(["orchestrator"])
            try await expectFinishedOnce(id, stage, [.planning, .executing, .validating, .completed])
        }
    }

    @Test func `escalating: a decision that is made while no orchestrator lives is followed by the next one`()
        async throws
    {
        try await withOrchestrator { deployment, stage in
            let id = try await stage.create([Stage.step("a", #"{"confidence":0.2,"value":1}"#), chain[1]])
            try await stage.until(id, .escalating)
            await deployment.killAll()
            try await stage.decide(id, .approve)
            try await deployment.start(["orchestrator"])
            try await expectFinishedOnce(
                id,
                stage,
                [.planning, .executing, .escalating, .executing, .validating, .completed]
            )
        }
    }

    /// The state lasts for a few round trips, so that the kill must be tried until it meets it.
    @Test func `validating: the check is made again by the next one`() async throws {
        try await withOrchestrator { deployment, stage in
            for _ in 0..<60 {
                let id = try await stage.create(chain)
                try await stage.until(id, .validating, .completed)
                await deployment.killOnly("orchestrator")
                let met = try await stage.operations.record(id)?.state == .validating
                try await deployment.start(["orchestrator"])
                try await expectFinishedOnce(id, stage, [.planning, .executing, .validating, .completed])
                if met { return }
            }
            Issue.record("no kill met the state in sixty tries")
        }
    }

    @Test func `failed: a retry that is asked for while none lives is done by the next one`() async throws {
        try await withOrchestrator { deployment, stage in
            let id = try await stage.create([Stage.step("a", #"{"confidence":0.2,"value":1}"#), chain[1]])
            try await stage.until(id, .escalating)
            let escalation = try await stage.decide(id, .reject)
            try await stage.until(id, .failed)
            await deployment.killOnly("orchestrator")
            _ = try await stage.operations.retry(id)
            try await deployment.start(["orchestrator"])
            try await stage.until(id, .escalating)
            #expect(try await stage.decide(id, .approve) != escalation)
            #expect(try await stage.until(id, .completed, .failed).state == .completed)
        }
    }

    @Test func `cancelled: nothing starts again`() async throws {
        try await withOrchestrator { deployment, stage in
            let id = try await stage.create([Stage.step("a", #"{"milliseconds":60000}"#), chain[1]])
            try await stage.until(id, .executing)
            await deployment.killOnly("orchestrator")
            #expect(try await stage.operations.cancel(id)?.status == "cancelled")
            try await deployment.start(["orchestrator"])
            // Killed between the operation's move and the enqueueing of its steps, it has left none of them.
            let plan = JobID(trusted: "\(id):plan")
            func jobs() async throws -> [JobSnapshot] {
                let steps = try await stage.operations.record(id)?.stepJobs ?? []
                return try await stage.queue.jobs([plan] + steps).compactMap(\.self)
            }
            while try await jobs().contains(where: { !$0.state.isTerminal }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await jobs().allSatisfy { $0.state == .cancelled || $0.id == plan })
            #expect(try await stage.operations.record(id)?.state == .cancelled)
        }
    }

    @Test func `completed: it stays as it is`() async throws {
        try await withOrchestrator { deployment, stage in
            let id = try await stage.create(chain)
            try await stage.until(id, .completed)
            try await deployment.kill(["orchestrator"])
            let next = try await stage.create(chain)
            try await expectFinishedOnce(next, stage, [.planning, .executing, .validating, .completed])
            try await expectFinishedOnce(id, stage, [.planning, .executing, .validating, .completed])
        }
    }
}
