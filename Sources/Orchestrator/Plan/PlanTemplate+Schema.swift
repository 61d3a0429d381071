import JobModel

extension PlanTemplate {
    /// What the document of a template must look like.
    static let schema: JSONSchema = .object(
        [
            .required("operation_type", name("The type of operation; `custom` is taken.")),
            .required("version", .integer("Grows when the template changes.", minimum: 1)),
            .optional("description", .string("What it is for, in one sentence.")),
            .required("parameters", .map(of: parameter, "The parameters of the operation by name.")),
            .optional("for_each", .map(of: .string(), "The variable of a branch, and the list that it runs over.")),
            .required("steps", steps),
            .optional("checks", checks),
            .optional("threshold", threshold("Below this score of the whole operation, a person decides.")),
        ],
        "How one type of operation becomes a plan."
    )

    /// What `parameters.steps` of a custom operation, and the steps of a template, must look like.
    static let steps: JSONSchema = .array(of: step, "The steps.", minItems: 1, maxItems: 1000)

    /// What post-conditions must look like.
    static let checks: JSONSchema = .array(
        of: .object([
            .required("says", .string("What it says, for a person.", minLength: 1)),
            .required("left", .any("A value, or a text with references to steps' results.")),
            .required("right", .any("What it must equal.")),
            .optional("verifies", .array(of: .string(), "The steps whose results are verified when it holds.")),
        ]),
        "The conditions that must hold when all steps have ended."
    )

    private static let step: JSONSchema = .object([
        .required("id", name("The name by which others refer to it.")),
        .required("worker", name("The worker kind.")),
        .required("action", name("The worker's action.")),
        .optional("parameters", .map(of: .any, "The action's parameters; `#id.path` stands for a step's result.")),
        .optional("after", .array(of: .string(), "The steps that it waits for.")),
        .optional("need", .integer("How many of them must complete; all by default.", minimum: 1)),
        .optional("threshold", threshold("Below this confidence, a person decides.")),
        .optional("timeout_seconds", .integer("The longest run of one attempt.", minimum: 1, maximum: 86_400)),
        .optional("audit_rate", threshold("The share of confident results that a person looks at nevertheless.")),
        .optional("when", .string("`$name`: without this parameter, the plan has no such step.")),
        .optional("unless", .string("`$name`: with this parameter, the plan has no such step.")),
    ])

    private static let parameter: JSONSchema = .object([
        .required("type", .string("A JSON type, `any`, or a type that the deployment defines.")),
        .optional("description", .string("What it means.")),
        .optional("enum", .array(of: .any, "The accepted values.", minItems: 1)),
        .optional("list", .boolean("Whether it is a list of such values.")),
        .optional("required", .boolean("Whether it must be given.")),
        .optional("default", .any("Its value where none is given.")),
        .optional("minimum", .integer("The smallest number.")),
        .optional("maximum", .integer("The largest number.")),
    ])

    private static func name(_ summary: String) -> JSONSchema { .string(summary, minLength: 1, maxLength: 64) }

    private static func threshold(_ summary: String) -> JSONSchema { .number(summary, minimum: 0, maximum: 1) }
}
