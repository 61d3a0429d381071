package import JobModel

extension OperationRequest {
    /// Reads a body and names every field that is wrong, missing or unknown, not only the first.
    package static func parse(_ body: [UInt8], types: [String]) throws(RequestError) -> OperationRequest {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: body)
        } catch {
            throw RequestError(isMalformedJSON: true, defects: [])
        }
        return try read(document, types: types)
    }

    /// Reads a document, as ``parse(_:types:)`` does.
    package static func read(_ document: JSONValue, types: [String]) throws(RequestError) -> OperationRequest {
        guard case .object(let members) = document else {
            throw RequestError(isMalformedJSON: false, defects: [FieldDefect("", "must be a JSON object")])
        }
        var defects: [FieldDefect] = []
        var request = OperationRequest(operationType: "", parameters: .object([:]))
        for name in members.keys.sorted() where CodingKeys(rawValue: name) == nil {
            defects.append(FieldDefect(name, "is not a field of an operation"))
        }
        switch members["operation_type"] {
        case .string(let type) where types.contains(type): request.operationType = type
        case .string: defects.append(FieldDefect("operation_type", "must be one of \(types.joined(separator: ", "))"))
        case nil: defects.append(FieldDefect("operation_type", "is missing"))
        default: defects.append(FieldDefect("operation_type", "must be a string"))
        }
        switch members["parameters"] {
        case .object(let parameters)?: request.parameters = .object(parameters)
        case nil, .null: break
        default: defects.append(FieldDefect("parameters", "must be an object"))
        }
        if let value = integer(members["priority"], "priority", 1...10, &defects) { request.priority = value }
        if let value = integer(members["timeout_seconds"], "timeout_seconds", 10...3600, &defects) {
            request.timeoutSeconds = value
        }
        switch members["require_validation"] {
        case .bool(let value)?: request.requireValidation = value
        case nil, .null: break
        default: defects.append(FieldDefect("require_validation", "must be true or false"))
        }
        switch members["metadata"] {
        case .object(let metadata)?: request.metadata = .object(metadata)
        case nil, .null: break
        default: defects.append(FieldDefect("metadata", "must be an object"))
        }
        guard defects.isEmpty else { throw RequestError(isMalformedJSON: false, defects: defects) }
        return request
    }

    private static func integer(
        _ value: JSONValue?,
        _ field: String,
        _ range: ClosedRange<Int>,
        _ defects: inout [FieldDefect]
    ) -> Int? {
        switch value {
        case nil, .null: return nil
        case let value?:
            if let number = value.int, range.contains(number) { return number }
            defects.append(
                FieldDefect(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            )
            return nil
        }
    }
}
