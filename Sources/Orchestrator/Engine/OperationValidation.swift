import JobModel
import JobQueue

/// What a look at all results of an operation finds: the template's post-conditions, and the form of each result.
struct OperationValidation: Sendable {
    /// The checks that do not hold, in words.
    private(set) var broken: [String] = []
    /// The steps that a post-condition which holds verifies in full.
    private(set) var verified: Set<String> = []
    /// How many checks were made.
    private(set) var count = 0

    /// Checks the results of a plan's steps.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - jobs: the steps' jobs, in the plan's order.
    ///   - actions: what is known of the actions; the result of an unknown one is not held against a form.
    /// - Throws: `DecodingError` for a result that is no JSON.
    init(_ plan: Plan, _ jobs: [JobSnapshot?], actions: ActionCatalog) throws {
        var evidence: [String: JSONValue] = [:]
        for (step, job) in zip(plan.steps, jobs) {
            guard let bytes = job?.result else { continue }
            let result = try JSONValue(parsing: bytes)
            evidence[step.name] = result
            // What a person gave or approved is not second-guessed.
            guard let schema = actions[step.worker, step.action]?.result, schema != .any, job?.review == nil else {
                continue
            }
            count += 1
            let defects = schema.defects(in: result, at: "#\(step.name)")
            if !defects.isEmpty {
                broken.append("the result of \(step.name): " + defects.map(\.description).joined(separator: "; "))
            }
        }
        for check in plan.checks {
            count += 1
            let name = check.branch.isEmpty ? check.says : "\(check.branch): \(check.says)"
            do throws(JobFailure) {
                if try check.left.resolving(evidence) == check.right.resolving(evidence) {
                    verified.formUnion(check.verifies)
                } else {
                    broken.append(name)
                }
            } catch {
                broken.append("\(name) (\(error.message))")
            }
        }
    }
}
