/// What others may know of an action: enough to check a plan, to describe an API, to review a result.
public struct ActionDescription: Codable, Sendable, Hashable {
    /// The name by which jobs ask for it.
    public var name: String
    /// What it does, in one sentence.
    public var summary: String
    /// What its parameters must look like.
    public var parameters: JSONSchema
    /// What its result looks like.
    public var result: JSONSchema

    /// Combines the parts.
    public init(name: String, summary: String, parameters: JSONSchema, result: JSONSchema) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.result = result
    }
}
