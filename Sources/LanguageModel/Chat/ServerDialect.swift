/// What a server has shown that it understands; pure, remembered by the client of its base URL.
///
/// Every refusal that names a field of ours moves it one step on and never back, so that a call ends after a bounded number
/// of refusals.
struct ServerDialect: Sendable, Equatable {
    /// The strictest form that it has not refused.
    var form: ResponseForm = .jsonSchema
    /// The name of the limit of the reply's tokens: reasoning models want the newer one.
    var limitField = "max_tokens"
    /// Whether `temperature` and `seed` may be sent.
    var takesSampling = true

    /// Learns from a refusal: its status, the beginning of its body, and whether the request had a `response_format`.
    ///
    /// - Returns: whether the request can be sent again, differently.
    mutating func adapt(status: Int, text: String, hasForm: Bool) -> Bool {
        guard [400, 404, 415, 422, 500, 501].contains(status) else { return false }
        if limitField == "max_tokens", text.contains("max_completion_tokens") {
            limitField = "max_completion_tokens"
            return true
        }
        if hasForm, let next = form.next, Self.formWords.contains(where: text.contains) {
            form = next
            return true
        }
        if takesSampling, status < 500, text.contains("'temperature'") || text.contains("'seed'") {
            takesSampling = false
            return true
        }
        return false
    }

    /// OpenAI and most others name the field; llama-cpp-python answers 500 with pydantic's `literal_error`.
    private static let formWords = ["response_format", "json_schema", "json_object", "literal_error", "grammar"]
}
