import JobModel
import JobQueue

extension Durability {
    /// The word of the API: `memory` or `replicated(N)`.
    var word: String {
        switch self {
        case .memory: "memory"
        case .replicated(let replicas): "replicated(\(replicas))"
        }
    }

    /// Reads the word of the API.
    init?(word: String) {
        if word == "memory" {
            self = .memory
        } else if word.hasPrefix("replicated("), word.hasSuffix(")"),
            let replicas = Int(word.dropFirst("replicated(".count).dropLast()), (1...100).contains(replicas)
        {
            self = .replicated(replicas)
        } else {
            return nil
        }
    }
}

extension FieldReader {
    /// The level of durability that a body asks for.
    mutating func durability() -> Durability {
        take("durability", "must be memory or replicated(N) with N from 1 to 100") { value in
            value.string.flatMap(Durability.init(word:))
        } ?? .memory
    }
}
