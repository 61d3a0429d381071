/// What a JSON document must look like: the part of JSON Schema 2020-12 that parameters and results of actions need.
///
/// It encodes to, and decodes from, a JSON Schema. Keywords that it does not know are not kept: `type`, `description`,
/// `enum`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minLength`, `maxLength`,
/// `minimum`, `maximum`, `format`, `default` and `examples` are known. `format` is an annotation, as the standard
/// has it by default.
public struct JSONSchema: Sendable, Hashable {
    /// A type of JSON value.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case null, boolean, integer, number, string, array, object
    }

    /// What is said of an object's other members, or of an array's elements.
    public indirect enum Nested: Sendable, Hashable {
        /// Nothing is said.
        case anything
        /// There may be none.
        case nothing
        /// Each is held against a schema.
        case each(JSONSchema)
    }

    /// A named member of an object.
    public struct Property: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// What it must look like.
        public var schema: JSONSchema
        /// Whether it must be there.
        public var isRequired: Bool

        /// A member that must be there.
        public static func required(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be missing or null.
        public static func optional(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    /// The accepted types; empty for any.
    public var kinds: [Kind] = []
    /// What it means, with its unit.
    public var summary: String?
    /// The accepted values; empty for any.
    public var choices: [JSONValue] = []
    /// The known members of an object, in the order in which a person should see them.
    public var properties: [Property] = []
    /// The other members of an object.
    public var otherMembers: Nested = .anything
    /// The elements of an array.
    public var elements: Nested = .anything
    /// The least number, or the least count of an array's elements or a string's characters.
    public var minimum: Double?
    /// The greatest number, or the greatest count of an array's elements or a string's characters.
    public var maximum: Double?
    /// The kind of text, such as `date` or `uri`; not checked.
    public var format: String?
    /// The value where none is given.
    public var defaultValue: JSONValue?
    /// Documents that it accepts.
    public var examples: [JSONValue] = []

    /// A schema of these types.
    public init(_ kinds: Kind..., summary: String? = nil) {
        self.kinds = kinds
        self.summary = summary
    }
}

extension JSONSchema {
    /// Accepts everything.
    public static let any = JSONSchema()

    /// Accepts everything, with words on what it is.
    public static func any(_ summary: String) -> JSONSchema { JSONSchema(summary: summary) }

    /// A text; lengths are counted in characters.
    public static func string(
        _ summary: String? = nil,
        enum choices: [String] = [],
        format: String? = nil,
        minLength: Int? = nil,
        maxLength: Int? = nil,
        default value: String? = nil
    ) -> JSONSchema {
        var schema = JSONSchema(.string, summary: summary)
        schema.choices = choices.map(JSONValue.string)
        schema.format = format
        schema.minimum = minLength.map(Double.init)
        schema.maximum = maxLength.map(Double.init)
        schema.defaultValue = value.map(JSONValue.string)
        return schema
    }

    /// A whole number.
    public static func integer(
        _ summary: String? = nil,
        minimum: Int? = nil,
        maximum: Int? = nil,
        default value: Int? = nil
    ) -> JSONSchema {
        var schema = JSONSchema(.integer, summary: summary)
        schema.minimum = minimum.map(Double.init)
        schema.maximum = maximum.map(Double.init)
        schema.defaultValue = value.map(JSONValue.integer)
        return schema
    }

    /// A number.
    public static func number(
        _ summary: String? = nil,
        minimum: Double? = nil,
        maximum: Double? = nil,
        default value: Double? = nil
    ) -> JSONSchema {
        var schema = JSONSchema(.number, summary: summary)
        schema.minimum = minimum
        schema.maximum = maximum
        schema.defaultValue = value.map(JSONValue.number)
        return schema
    }

    /// True or false.
    public static func boolean(_ summary: String? = nil, default value: Bool? = nil) -> JSONSchema {
        var schema = JSONSchema(.boolean, summary: summary)
        schema.defaultValue = value.map(JSONValue.bool)
        return schema
    }

    /// A list.
    public static func array(
        of element: JSONSchema,
        _ summary: String? = nil,
        minItems: Int? = nil,
        maxItems: Int? = nil
    ) -> JSONSchema {
        var schema = JSONSchema(.array, summary: summary)
        schema.elements = .each(element)
        schema.minimum = minItems.map(Double.init)
        schema.maximum = maxItems.map(Double.init)
        return schema
    }

    /// An object whose member names are data, such as counts by county.
    public static func map(of member: JSONSchema, _ summary: String? = nil) -> JSONSchema {
        var schema = JSONSchema(.object, summary: summary)
        schema.otherMembers = .each(member)
        return schema
    }

    /// An object with known members and no others.
    public static func object(_ properties: [Property], _ summary: String? = nil) -> JSONSchema {
        var schema = JSONSchema(.object, summary: summary)
        schema.properties = properties
        schema.otherMembers = .nothing
        return schema
    }

    /// The same, and null.
    public var orNull: JSONSchema {
        guard !kinds.isEmpty, !kinds.contains(.null) else { return self }
        var schema = self
        schema.kinds.append(.null)
        if !schema.choices.isEmpty { schema.choices.append(.null) }
        return schema
    }

    /// The schema of what an evidence path leads to; `nil` when it can lead to nothing.
    package func schema(at path: ArraySlice<EvidenceReference.Component>) -> JSONSchema? {
        guard let first = path.first else { return self }
        let nested: Nested
        switch first {
        case .member(let name):
            guard kinds.isEmpty || kinds.contains(.object) else { return nil }
            if let known = properties.first(where: { $0.name == name }) {
                return known.schema.schema(at: path.dropFirst())
            }
            nested = otherMembers
        case .element:
            guard kinds.isEmpty || kinds.contains(.array) else { return nil }
            nested = elements
        }
        switch nested {
        case .anything: return .any
        case .nothing: return nil
        case .each(let schema): return schema.schema(at: path.dropFirst())
        }
    }
}
