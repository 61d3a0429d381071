import JobModel

/// The shape of a body: a schema, which may have a name under which the document keeps it.
struct Shape: Sendable {
    /// The name among the document's components; `nil` for one that is used once.
    let name: String?
    /// One schema, or several of which exactly one accepts the body.
    let alternatives: [JSONSchema]

    /// One schema, kept among the document's components.
    init(_ name: String, _ schema: JSONSchema) {
        self.name = name
        alternatives = [schema]
    }

    /// One schema, written where it is used.
    init(_ schema: JSONSchema) {
        name = nil
        alternatives = [schema]
    }

    /// Several schemas of which exactly one accepts the body.
    init(_ name: String, oneOf alternatives: [JSONSchema]) {
        self.name = name
        self.alternatives = alternatives
    }
}

extension JSONSchema {
    /// An object with known members, to which later versions may add: what the API answers.
    static func answer(_ summary: String, _ members: [Property]) -> JSONSchema {
        var schema = answer(members)
        schema.summary = summary
        return schema
    }

    /// The same, without words on what it is.
    static func answer(_ members: [Property]) -> JSONSchema {
        var schema = JSONSchema.object(members)
        schema.otherMembers = .anything
        return schema
    }

    /// A moment, RFC 3339 in UTC.
    static func moment(_ summary: String? = nil) -> JSONSchema { .string(summary, format: "date-time") }

    /// One of an enumeration's words.
    static func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type,
        _ summary: String? = nil
    ) -> JSONSchema where Word.RawValue == String {
        .string(summary, enum: type.allCases.map(\.rawValue))
    }

    /// Any JSON object.
    static func document(_ summary: String? = nil) -> JSONSchema { JSONSchema(.object, summary: summary) }
}

extension JSONSchema.Property {
    /// A member that is always there and may be null.
    static func nullable(_ name: String, _ schema: JSONSchema) -> JSONSchema.Property {
        .required(name, schema.orNull)
    }
}

extension Endpoint.Parameter {
    /// A part of the path.
    static func path(_ name: String, _ summary: String) -> Self {
        Self(place: .path, name: name, summary: summary, schema: .string(minLength: 1))
    }

    /// A parameter of the query, which may be left out.
    static func query(_ name: String, _ summary: String, _ schema: JSONSchema = .string()) -> Self {
        Self(place: .query, name: name, summary: summary, schema: schema)
    }

    /// A header, which may be left out.
    static func header(_ name: String, _ summary: String, _ schema: JSONSchema = .string()) -> Self {
        Self(place: .header, name: name, summary: summary, schema: schema)
    }

    /// How many of a list are answered at most.
    static func limit(_ most: Int, default count: Int) -> Self {
        query("limit", "The most that one page holds.", .integer(minimum: 1, maximum: most, default: count))
    }

    /// Where a list goes on.
    static let cursor = query("cursor", "The `next_cursor` of the page before.")
}

extension Endpoint.Answer {
    /// A JSON answer.
    static func json(
        _ status: Int,
        _ summary: String,
        _ shape: Shape,
        example: JSONValue,
        headers: [String: String] = [:]
    ) -> Self {
        Self(status: status, summary: summary, forms: [("application/json", shape, example)], headers: headers)
    }
}
