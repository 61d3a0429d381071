import JobQueue

extension JSONValue {
    /// The elements of an array; nil elsewhere.
    var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object; nil elsewhere.
    var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}
