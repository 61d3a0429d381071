package import JobModel

/// Why a body is no request.
package struct RequestError: Error, Sendable, CustomStringConvertible {
    /// Whether the body is no JSON at all.
    package var isMalformedJSON: Bool
    /// Every wrong field.
    package var defects: [FieldDefect]

    package var description: String {
        isMalformedJSON
            ? "the body is not JSON" : defects.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
    }
}

/// What `POST /operations` takes.
package struct OperationRequest: Codable, Sendable, Hashable {
    /// The kind of operation; names a template.
    package var operationType: String
    /// What the template needs.
    package var parameters: JSONValue
    /// 1 (low) to 10 (high).
    package var priority: Int
    /// The longest it may take, waiting for people not counted, 10 to 3600 s.
    package var timeoutSeconds: Int
    /// Whether the template's post-conditions are checked at the end.
    package var requireValidation: Bool
    /// Whatever the caller wants back.
    package var metadata: JSONValue?

    enum CodingKeys: String, CodingKey {
        case operationType = "operation_type"
        case parameters, priority, metadata
        case timeoutSeconds = "timeout_seconds"
        case requireValidation = "require_validation"
    }

    /// A request with the defaults of the API.
    package init(
        operationType: String,
        parameters: JSONValue,
        priority: Int = 5,
        timeoutSeconds: Int = 300,
        requireValidation: Bool = true,
        metadata: JSONValue? = nil
    ) {
        self.operationType = operationType
        self.parameters = parameters
        self.priority = priority
        self.timeoutSeconds = timeoutSeconds
        self.requireValidation = requireValidation
        self.metadata = metadata
    }

    /// The lane of its steps.
    package var lane: Lane { Lane(priority: priority) ?? .normal }
}
