/// How a server is asked for an answer that fits a schema, strictest first.
package enum ResponseForm: String, Sendable, Codable, CaseIterable {
    /// `response_format: {type: json_schema, json_schema: {name, schema}}`.
    case jsonSchema = "json_schema"
    /// `response_format: {type: json_object, schema}`, with the schema in the prompt as well: some servers ignore the member.
    case jsonObject = "json_object"
    /// No `response_format`: the prompt asks for JSON, and it is looked for in the answer.
    case text

    /// The next form down; `nil` at the end.
    var next: ResponseForm? {
        switch self {
        case .jsonSchema: .jsonObject
        case .jsonObject: .text
        case .text: nil
        }
    }
}
