import JobModel

/// Reads a goal without a language model: a few words name a template, the rest its parameters.
///
/// It takes a goal only when exactly one template fits and all that this template needs is in the text; a guess would be worse than
/// a question to a person.
struct GoalRules: Sendable {
    let templates: PlanTemplates

    /// What the words of a goal say about the type of operation; each of them alone decides for it.
    private static let words: [String: Set<String>] = [
        "data_pipeline": ["pipeline", "download", "load", "import", "upload", "ingest"],
        "entity_sync": ["sunbiz", "entity", "entities", "corporations"],
        "performance_check": ["health", "healthy", "performance", "parity", "latency"],
    ]

    /// How a goal was read.
    enum Reading: Sendable, Hashable {
        /// The one request that it stands for.
        case request(OperationRequest)
        /// Why it stands for none, or for more than one.
        case unclear(String)
    }

    /// Reads the goal of a request.
    func read(_ goal: String, for request: OperationRequest) -> Reading {
        let words = Self.words(of: goal)
        let known = Set(words.map { $0.lowercased() })
        let fitting = templates.operationTypes.filter { type in
            known.contains(type) || !(Self.words[type] ?? []).isDisjoint(with: known)
        }
        guard fitting.count == 1, let type = fitting.first, let template = templates[type] else {
            return .unclear(
                fitting.isEmpty
                    ? "no word of the goal names a type of operation"
                    : "the goal may mean \(fitting.joined(separator: " or "))"
            )
        }
        var parameters: [String: JSONValue] = [:]
        for (name, parameter) in template.parameters.sorted(by: { $0.key < $1.key }) {
            let values = values(of: parameter, in: words)
            if parameter.list == true, !values.isEmpty { parameters[name] = .array(values) }
            if parameter.list != true {
                guard values.count <= 1 else { return .unclear("the goal names several values for \(name) of \(type)") }
                parameters[name] = values.first
            }
            if parameter.required == true, parameters[name] == nil {
                return .unclear("the goal does not say which \(name) \(type) is for")
            }
        }
        var reading = request
        reading.operationType = type
        reading.parameters = .object(parameters)
        return .request(reading)
    }

    /// The values of a parameter that stand in the goal, in their order.
    ///
    /// Only types whose values are known from their look: years, and what the deployment defines, such as counties. A
    /// number is no county here, whatever old codes there are.
    private func values(of parameter: PlanTemplate.Parameter, in words: [String]) -> [JSONValue] {
        var found: [JSONValue] = []
        func add(_ value: JSONValue) { if !found.contains(value) { found.append(value) } }
        if parameter.type == "integer", let least = parameter.minimum, let most = parameter.maximum, least >= 1000 {
            for word in words { if let number = Int(word), (least...most).contains(number) { add(.integer(number)) } }
            return found
        }
        guard let type = templates.types[parameter.type] else { return [] }
        var place = 0
        while place < words.count {
            let lengths = (1...3).reversed().filter { place + $0 <= words.count }
            let match = lengths.lazy.compactMap { length -> (Int, JSONValue)? in
                let text = words[place..<place + length].joined(separator: " ")
                // A single letter is a word of English before it is a code.
                guard text.count > 1, text.contains(where: \.isLetter) else { return nil }
                return (try? type(.string(text))).map { (length, $0) }
            }.first
            if let (length, value) = match {
                add(value)
                place += length
            } else {
                place += 1
            }
        }
        return found
    }

    private static func words(of goal: String) -> [String] {
        goal.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "'") }.map(String.init)
    }
}
