import JobModel

extension ActionDescription {
    /// An action in a list of actions.
    static let schema = JSONSchema.answer([
        .required("name", .string("By which jobs ask for it.")),
        .required("summary", .string("What it does.")),
        .required("parameters", .document("The JSON Schema of its parameters.")),
        .required("result", .document("The JSON Schema of its result.")),
    ])

    static let example: JSONValue = [
        "name": "download", "summary": "Fetches a county's tax roll.",
        "parameters": ["type": "object", "properties": ["county": ["type": "string"]], "required": ["county"]],
        "result": ["type": "object"],
    ]
}
