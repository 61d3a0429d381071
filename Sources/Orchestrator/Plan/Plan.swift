import Crypto
package import JobModel

/// The DAG of steps of one operation: made once, before anything runs, and pinned to the operation.
package struct Plan: Codable, Sendable, Hashable {
    /// One node.
    package struct Step: Codable, Sendable, Hashable {
        /// Its evidence name: `E1`, `E2`….
        package var name: String
        /// The worker kind.
        package var worker: String
        /// The worker's action.
        package var action: String
        /// The action's parameters; references such as `#E1.file` are resolved when the step runs.
        package var parameters: JSONValue
        /// Steps that it waits for.
        package var after: [String]
        /// How many of them must complete.
        package var need: Int
        /// Below this confidence, a person decides.
        package var threshold: Double
        /// The longest run of one attempt; nil for no limit but the operation's.
        package var timeoutSeconds: Int?
        /// The share of confident results that a person looks at nevertheless.
        package var auditRate: Double
        /// The branch that it belongs to, such as `BROWARD SDF`; empty outside of branches.
        package var branch: String
        /// The template's name of the step.
        package var role: String

        enum CodingKeys: String, CodingKey {
            case name, worker, action, parameters, after, need, threshold, branch, role
            case timeoutSeconds = "timeout_seconds"
            case auditRate = "audit_rate"
        }
    }

    /// A condition that must hold when all steps have ended.
    package struct Check: Codable, Sendable, Hashable {
        /// What it says, for a person.
        package var says: String
        /// A reference or a value.
        package var left: JSONValue
        /// What it must equal.
        package var right: JSONValue
        /// The branch that it belongs to.
        package var branch: String
        /// The steps whose results are fully verified when it holds.
        package var verifies: [String]
    }

    /// The template, or `custom`.
    package var template: String
    /// The template's version.
    package var version: Int
    /// The steps, each after those it waits for.
    package var steps: [Step]
    /// The post-conditions.
    package var checks: [Check]
    /// Below this score of the whole operation, a person decides; nil for no gate but those of the steps.
    package var threshold: Double?

    /// The names of the steps that no other waits for: together they are the answer.
    package var lastSteps: Set<String> {
        Set(steps.map(\.name)).subtracting(steps.flatMap(\.after))
    }

    /// The SHA-256 of the whole plan in hexadecimal: it is stored with the plan and holds the operation to it.
    package var fingerprint: String {
        get throws {
            SHA256.hash(data: try JSONCoding.encode(self)).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
    }

    /// The plan as a Mermaid flow chart; `states` colours the steps.
    package func mermaid(states: [String: String] = [:]) -> String {
        var lines = ["flowchart LR"]
        let branches = Set(steps.map(\.branch)).sorted()
        for (number, branch) in branches.enumerated() {
            if !branch.isEmpty { lines.append("    subgraph B\(number)[\"\(branch)\"]") }
            for step in steps where step.branch == branch {
                let state = states[step.name].map { "<br/>\($0)" } ?? ""
                lines.append("        \(step.name)[\"\(step.name) \(step.worker).\(step.action)\(state)\"]")
            }
            if !branch.isEmpty { lines.append("    end") }
        }
        for step in steps {
            for parent in step.after { lines.append("    \(parent) --> \(step.name)") }
        }
        return lines.joined(separator: "\n")
    }
}
