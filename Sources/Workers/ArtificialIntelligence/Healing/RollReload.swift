import Crypto
import Foundation
import JobQueue
import PropertyData

/// Loads a roll again by the same steps as a pipeline, as a flow of jobs of its own.
struct RollReload: Sendable {
    let context: HealingContext

    /// Enqueues the steps; under the same key they are the same flow, so that nothing runs twice.
    ///
    /// With a load, its very file is loaded again; without one, the newest from the source.
    func start(_ identity: RollIdentity, from loaded: LoadedRoll?, reason: IssueType) async throws -> JobID {
        let queue = try context.environment.jobQueue()
        let digest = SHA256.hash(data: Data("\(context.key) \(reason.rawValue) \(identity)".utf8)).prefix(12)
        let id = "heal-" + digest.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
        var flow = NewFlow(id: JobID(trusted: id), steps: [])
        let file: JSONValue
        if let loaded {
            file = try JSONValue(encoding: RollFileEvidence(loaded, source: context.environment.floridaSource))
        } else {
            let parameters: JSONValue = [
                "county": .string("DOR:\(identity.county.number)"), "dataset": .string(identity.dataset.rawValue),
                "year": .integer(identity.year), "roll": .string(identity.roll.rawValue),
            ]
            flow.steps.append(.init("E1", try job("florida_data", "download", parameters)))
            file = "#E1.file"
        }
        // Evidence is named by number, and `process` is the first step or the second.
        let before = flow.steps.map(\.name)
        let names = (1...3).map { "E\(before.count + $0)" }
        let staging: JSONValue = .string("#\(names[0]).staging")
        let level: JSONValue = .string(ValidationLevel.standard.rawValue)
        let process: JSONValue = ["file": file, "validation_level": level]
        let validate: JSONValue = ["staging": staging, "level": level]
        flow.steps += [
            .init(names[0], try job("florida_data", "process", process), after: before),
            .init(names[1], try job("data_quality", "validate", validate), after: [names[0]]),
            .init(names[2], try job("florida_data", "upload", ["staging": staging]), after: [names[0], names[1]]),
        ]
        _ = try await queue.enqueue(flow)
        return flow.id
    }

    private func job(_ worker: QueueName, _ action: String, _ parameters: JSONValue) throws -> NewJob {
        try NewJob(queue: worker, action: action, parameters: parameters)
    }

    /// Waits until the last step has ended or can no longer; says how it stands, nil while it goes on.
    func outcome(of flow: JobID, within limit: Duration) async throws -> String? {
        let queue = try context.environment.jobQueue()
        let steps = (1...4).map { JobID(trusted: "\(flow.rawValue):E\($0)") }
        let deadline = ContinuousClock.now + limit
        while true {
            let jobs = try await queue.jobs(steps).compactMap(\.self)
            let stopped = jobs.first { $0.state == .escalated || ($0.state.isTerminal && $0.state != .completed) }
            if let stopped { return "\(stopped.action) is \(stopped.state.rawValue)" }
            if jobs.last?.action == "upload", jobs.last?.state == .completed { return "completed" }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

extension RollFileEvidence {
    /// The file of a load, as `process` takes it; it is found by its hash, and fetched again where it is gone.
    init(_ roll: LoadedRoll, source: String) {
        self.init(
            path: roll.fileName,
            name: roll.fileName,
            sha256: roll.sha256,
            bytes: roll.bytes,
            dataset: roll.identity.dataset,
            county: CountyEvidence(roll.identity.county),
            roll: roll.identity.roll,
            year: roll.identity.year,
            submission: roll.submission,
            source: roll.isSample ? "sample" : source,
            address: roll.url ?? "",
            isSample: roll.isSample
        )
    }
}
