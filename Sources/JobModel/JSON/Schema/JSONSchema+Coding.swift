extension JSONSchema: Codable {
    private enum Keyword: String, CodingKey {
        case type, description, `enum`, properties, required, additionalProperties, items, minItems, maxItems
        case minLength, maxLength, minimum, maximum, format, `default`, examples
    }

    /// Writes it as a JSON Schema.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keyword.self)
        if kinds.count == 1 {
            try container.encode(kinds[0], forKey: .type)
        } else if !kinds.isEmpty {
            try container.encode(kinds, forKey: .type)
        }
        try container.encodeIfPresent(summary, forKey: .description)
        if !choices.isEmpty { try container.encode(choices, forKey: .enum) }
        if !properties.isEmpty {
            let schemas = properties.map { ($0.name, $0.isRequired ? $0.schema : $0.schema.orNull) }
            try container.encode(Dictionary(schemas) { _, last in last }, forKey: .properties)
            let required = properties.filter(\.isRequired).map(\.name)
            if !required.isEmpty { try container.encode(required, forKey: .required) }
        }
        try encode(otherMembers, .additionalProperties, &container)
        try encode(elements, .items, &container)
        let (least, most) = bounds
        try container.encodeIfPresent(minimum, forKey: least)
        try container.encodeIfPresent(maximum, forKey: most)
        try container.encodeIfPresent(format, forKey: .format)
        try container.encodeIfPresent(defaultValue, forKey: .default)
        if !examples.isEmpty { try container.encode(examples, forKey: .examples) }
    }

    /// Reads the known keywords of a JSON Schema; the order of its properties is the alphabet's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keyword.self)
        if container.contains(.type) {
            if let one = try? container.decode(Kind.self, forKey: .type) {
                kinds = [one]
            } else {
                kinds = try container.decode([Kind].self, forKey: .type)
            }
        }
        summary = try container.decodeIfPresent(String.self, forKey: .description)
        choices = try container.decodeIfPresent([JSONValue].self, forKey: .enum) ?? []
        let required = Set(try container.decodeIfPresent([String].self, forKey: .required) ?? [])
        let schemas = try container.decodeIfPresent([String: JSONSchema].self, forKey: .properties) ?? [:]
        properties = schemas.sorted { $0.key < $1.key }.map { name, schema in
            Property(name: name, schema: schema, isRequired: required.contains(name))
        }
        otherMembers = try Self.nested(.additionalProperties, container)
        elements = try Self.nested(.items, container)
        let (least, most) = bounds
        minimum = try container.decodeIfPresent(Double.self, forKey: least)
        maximum = try container.decodeIfPresent(Double.self, forKey: most)
        format = try container.decodeIfPresent(String.self, forKey: .format)
        defaultValue = try container.decodeIfPresent(JSONValue.self, forKey: .default)
        examples = try container.decodeIfPresent([JSONValue].self, forKey: .examples) ?? []
    }

    /// The keywords of the bounds: they depend on what is counted.
    private var bounds: (Keyword, Keyword) {
        if kinds.contains(.array) { return (.minItems, .maxItems) }
        if kinds.contains(.string) { return (.minLength, .maxLength) }
        return (.minimum, .maximum)
    }

    private func encode(
        _ nested: Nested,
        _ keyword: Keyword,
        _ container: inout KeyedEncodingContainer<Keyword>
    ) throws {
        switch nested {
        case .anything: break
        case .nothing: try container.encode(false, forKey: keyword)
        case .each(let schema): try container.encode(schema, forKey: keyword)
        }
    }

    private static func nested(
        _ keyword: Keyword,
        _ container: KeyedDecodingContainer<Keyword>
    ) throws -> Nested {
        guard container.contains(keyword) else { return .anything }
        if let isAllowed = try? container.decode(Bool.self, forKey: keyword) { return isAllowed ? .anything : .nothing }
        return .each(try container.decode(JSONSchema.self, forKey: keyword))
    }
}
