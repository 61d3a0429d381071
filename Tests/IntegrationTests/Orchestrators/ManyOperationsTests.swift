import JobModel
import JobQueue
import Orchestrator
import Testing

/// Many operations at once, on two orchestrators that are processes of their own, and six workers.
@Suite("Many operations at once", .serialized, .timeLimit(.minutes(5)))
struct ManyOperationsTests {
    private static let kinds: [QueueName] = ["one", "two", "three", "four", "five", "six"]

    /// Six steps over six kinds: two chains from one root to one join.
    private var diamond: [String] {
        let kinds = Self.kinds.map(\.rawValue)
        return [
            Stage.step("a", #"{"value":7,"milliseconds":5}"#, worker: kinds[0]),
            Stage.step("b", ##"{"value":"#a.value"}"##, worker: kinds[1]),
            Stage.step("c", ##"{"value":"#a.value"}"##, worker: kinds[2]),
            Stage.step("d", ##"{"value":"#b.value"}"##, worker: kinds[3]),
            Stage.step("e", ##"{"value":"#c.value"}"##, worker: kinds[4]),
            Stage.step("f", ##"{"value":["#d.value","#e.value"]}"##, worker: kinds[5]),
        ]
    }

    @Test func `two hundred all end, each told whole and in order`() async throws {
        try await Deployment.with { deployment in
            try await Stage.with(deployment, workers: Self.kinds) { stage in
                try await deployment.start(["orchestrator"], as: "first")
                try await deployment.start(["orchestrator"], as: "second")
                let clock = ContinuousClock()
                let began = clock.now
                let times = try await withThrowingTaskGroup(of: Duration.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            let start = clock.now
                            let id = try await stage.create(diamond)
                            let record = try await stage.until(
                                id,
                                .completed,
                                .failed,
                                .cancelled,
                                lookingEvery: .milliseconds(100)
                            )
                            let took = clock.now - start
                            #expect(record.state == .completed, "\(record.error ?? "")")
                            try await Self.expectWhole(try await stage.operations.events(id), of: record)
                            return took
                        }
                    }
                    return try await group.reduce(into: [Duration]()) { $0.append($1) }.sorted()
                }
                #expect(times.count == 200)
                print("200 operations of 6 steps: p50 \(times[99]), p99 \(times[197]), all in \(clock.now - began)")
            }
        }
    }

    /// Every step's way and the operation's, nothing missing, nothing twice, nothing before its cause.
    private static func expectWhole(_ events: [JobEvent], of record: OperationRecord) async throws {
        func states(_ subject: String) -> [String] { events.filter { $0.subject == subject }.map(\.state) }
        #expect(
            states(record.id.rawValue).filter { OperationState(rawValue: $0) != nil } == [
                "planning", "executing", "validating", "completed",
            ]
        )
        for (step, job) in zip(record.plan?.steps ?? [], record.stepJobs) {
            let way = states(job.rawValue)
            let expected = (step.after.isEmpty ? [] : ["waiting"]) + ["ready", "running", "completed"]
            #expect(way == expected, "\(job): \(way)")
        }
        let places = events.map { "\($0.subject) \($0.state)" }
        for step in record.plan?.steps ?? [] {
            let ready = places.firstIndex(of: "\(record.id):\(step.name) ready")
            for parent in step.after {
                let completed = places.firstIndex(of: "\(record.id):\(parent) completed")
                #expect(completed ?? .max < ready ?? -1, "\(step.name) became ready before \(parent) had completed")
            }
        }
    }

    @Test func `five at once take little more than one, and five in sequence five times as long`() async throws {
        try await Deployment.with { deployment in
            try await Stage.with(deployment) { stage in
                try await deployment.start(["orchestrator"])
                let steps = [
                    Stage.step("a", #"{"milliseconds":300}"#), Stage.step("b", #"{"milliseconds":300}"#, after: ["a"]),
                    Stage.step("c", #"{"milliseconds":300}"#, after: ["a"]),
                ]
                let clock = ContinuousClock()
                func run(_ count: Int) async throws {
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<count {
                            group.addTask {
                                _ = try await stage.until(try await stage.create(steps), .completed, .failed)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                try await run(1)
                let atOnce = try await clock.measure { try await run(5) }
                let inSequence = try await clock.measure { for _ in 0..<5 { try await run(1) } }
                let ratio = inSequence / atOnce
                print("five operations of 600 ms: at once \(atOnce), in sequence \(inSequence), ratio \(ratio)")
                #expect(ratio > 2.5)
            }
        }
    }
}
