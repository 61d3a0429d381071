package import JobModel

/// How one type of operation becomes a plan: data, from a YAML file.
package struct PlanTemplate: Codable, Sendable {
    /// What is accepted for one parameter.
    package struct Parameter: Codable, Sendable {
        /// A JSON type, `any`, or a type that the deployment defines, such as `county`.
        package var type: String
        /// What it means.
        package var description: String?
        /// The accepted values; any where none are given.
        package var choices: [JSONValue]?
        /// Whether it is a list of such values.
        package var list: Bool?
        /// Whether it must be given.
        package var required: Bool?
        /// Its value where none is given.
        package var `default`: JSONValue?
        /// The smallest integer.
        package var minimum: Int?
        /// The largest integer.
        package var maximum: Int?

        enum CodingKeys: String, CodingKey {
            case type, description, list, required, `default`, minimum, maximum
            case choices = "enum"
        }
    }

    /// A step of each branch.
    package struct Step: Codable, Sendable {
        /// Its name in the template, by which others refer to it.
        package var id: String
        /// The worker kind.
        package var worker: String
        /// The action.
        package var action: String
        /// The parameters: `$name` stands for a parameter of the operation or branch, `#id.path` for a step's result.
        package var parameters: JSONValue?
        /// Steps of the same branch that it waits for.
        package var after: [String]?
        /// How many of them must complete; all where it is not given.
        package var need: Int?
        /// Below this confidence, a person decides; the deployment's threshold where it is not given.
        package var threshold: Double?
        /// The longest run of one attempt, in seconds.
        package var timeoutSeconds: Int?
        /// The share of confident results that a person looks at nevertheless; the deployment's where it is not given.
        package var auditRate: Double?
        /// A parameter, as `$name`, without which (missing, null, false, empty) the plan has no such step.
        package var when: String?
        /// A parameter, as `$name`, with which the plan has no such step.
        package var unless: String?

        enum CodingKeys: String, CodingKey {
            case id, worker, action, parameters, after, need, threshold, when, unless
            case timeoutSeconds = "timeout_seconds"
            case auditRate = "audit_rate"
        }
    }

    /// A post-condition of each branch.
    package struct Check: Codable, Sendable {
        /// What it says, for a person.
        package var says: String
        /// A value or a `#id.path`.
        package var left: JSONValue
        /// What it must equal.
        package var right: JSONValue
        /// The steps whose results are fully verified when it holds.
        package var verifies: [String]?
    }

    /// The type of operation.
    package var operationType: String
    /// Grows when the template changes.
    package var version: Int
    /// The parameters of the operation.
    package var parameters: [String: Parameter]
    /// Which variable of a branch runs over which list parameter; one branch for each combination.
    package var forEach: [String: String]?
    /// The steps of a branch.
    package var steps: [Step]
    /// The post-conditions of a branch.
    package var checks: [Check]?
    /// Below this score of the whole operation, a person decides; no such gate where it is not given.
    package var threshold: Double?
    /// What it is for, in one sentence.
    package var description: String?

    enum CodingKeys: String, CodingKey {
        case operationType = "operation_type"
        case forEach = "for_each"
        case version, parameters, steps, checks, threshold, description
    }
}
