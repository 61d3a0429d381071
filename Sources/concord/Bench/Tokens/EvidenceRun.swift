import JobModel
import JobQueue
import Orchestrator
import Workers

/// Runs the steps of a plan one after the other, without the queue, and keeps what they left.
///
/// The results are those that the queue would have carried: the same actions with the same parameters on the same files and
/// tables. What runs in parallel makes no difference to the tokens.
struct EvidenceRun {
    let environment: WorkerEnvironment
    /// What was run.
    private(set) var steps: [PromptComparison.Step] = []
    /// What did not run, and why.
    private(set) var notes: [String] = []

    init(environment: WorkerEnvironment) { self.environment = environment }

    /// Runs a plan.
    ///
    /// - Throws: `CancellationError`; a step that fails is evidence of its failure.
    mutating func run(_ plan: Plan, named name: String) async throws {
        var evidence: [String: JSONValue] = [:]
        for step in plan.steps {
            guard let queue = QueueName(rawValue: step.worker),
                WorkerCatalog.described[queue]?.contains(where: { $0.name == step.action }) == true
            else {
                notes.append("\(step.name): there is no action \(step.worker).\(step.action) in this build")
                continue
            }
            do {
                let parameters = try step.parameters.resolving(evidence)
                let outcome = try await DirectRun(kind: queue, environment: environment).run(
                    step.action,
                    parameters: parameters,
                    id: JobID(trusted: "op-20260101-000000-00000000:\(name)-\(step.name)")
                )
                evidence[step.name] = outcome.result
                steps.append(.init(step: step, parameters: parameters, result: outcome.result))
            } catch let failure as JobFailure where failure.code == "unresolved_reference" {
                notes.append("\(step.name) \(step.action): \(failure.message)")
            } catch let failure as JobFailure {
                notes.append("\(step.name) \(step.action) failed: \(failure.code)")
                let result: JSONValue = ["error": .string(failure.code), "message": .string(failure.message)]
                steps.append(.init(step: step, parameters: step.parameters, result: result))
            }
        }
    }
}
