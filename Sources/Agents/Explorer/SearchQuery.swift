import Foundation

/// The words of a query, and how well a text matches them.
struct SearchQuery: Sendable {
    /// The query as it was given, without blanks around it.
    let text: String
    /// Its words, each once, in their order.
    let words: [String]

    init(_ text: String) {
        self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        var seen: Set<String> = []
        words = Self.words(of: text).filter { seen.insert($0).inserted }
    }

    /// Letters and digits in lower case; a word of both is also there in its parts, as `sdf16p2025` for `SDF 16 P 2025`.
    static func words(of text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.flatMap { word -> [String] in
            var parts: [String] = []
            var last: Bool?
            for character in word {
                if last == character.isNumber, var part = parts.popLast() {
                    part.append(character)
                    parts.append(part)
                } else {
                    parts.append(String(character))
                }
                last = character.isNumber
            }
            return parts.count > 1 ? [String(word)] + parts : parts
        }
    }

    /// How well a word is found among others: 1 for the same, less for the beginning of one or a part of one.
    static func match(_ word: String, _ others: [String]) -> Double {
        var best = 0.0
        for other in others {
            if other == word { return 1 }
            guard word.count >= 3 else { continue }
            if other.hasPrefix(word) { best = max(best, 0.7) } else if other.contains(word) { best = max(best, 0.4) }
        }
        return best
    }
}

/// Orders candidates by how well they match a query.
///
/// Each word of the query counts by how rare it is among the candidates (inverse document frequency, as BM25 has it) and by
/// where it was found: in the name, the title or the keywords. A score of 1 means every word in the name.
struct SearchRanking {
    private static let weights = (name: 1.0, title: 0.7, keywords: 0.4)

    /// A candidate with its score and the words of the query that it has.
    struct Ranked: Sendable {
        let candidate: SearchCandidate
        let score: Double
        let matched: [String]
        /// Whether it is called as the query says.
        let isExact: Bool
    }

    /// The candidates that match, the best first; of equals, what is called exactly so, then the shorter name.
    static func order(_ candidates: [SearchCandidate], by query: SearchQuery) -> [Ranked] {
        guard !query.words.isEmpty else { return [] }
        let matches = candidates.map { candidate in
            let name = SearchQuery.words(of: candidate.name)
            let title = SearchQuery.words(of: candidate.title)
            let keywords = SearchQuery.words(of: candidate.keywords)
            return query.words.map { word in
                max(
                    weights.name * SearchQuery.match(word, name),
                    weights.title * SearchQuery.match(word, title),
                    weights.keywords * SearchQuery.match(word, keywords)
                )
            }
        }
        let count = Double(candidates.count)
        let rarity = query.words.indices.map { index in
            let having = Double(matches.count { $0[index] > 0 })
            return log(1 + (count - having + 0.5) / (having + 0.5))
        }
        let whole = rarity.reduce(0, +)
        var ranked: [Ranked] = []
        for (candidate, match) in zip(candidates, matches) where match.contains(where: { $0 > 0 }) {
            let sum = zip(match, rarity).reduce(0) { $0 + $1.0 * $1.1 }
            var score = whole > 0 ? sum / whole : match.reduce(0, +) / Double(match.count)
            let isExact = candidate.name.lowercased() == query.text.lowercased()
            if isExact { score = 1 }
            let matched = zip(query.words, match).filter { $0.1 > 0 }.map(\.0)
            ranked.append(Ranked(candidate: candidate, score: min(1, score), matched: matched, isExact: isExact))
        }
        return ranked.sorted {
            if $0.score != $1.score { return $0.score > $1.score }
            if $0.isExact != $1.isExact { return $0.isExact }
            let (left, right) = ($0.candidate, $1.candidate)
            return (left.name.count, left.name, left.kind.rawValue) < (
                right.name.count, right.name, right.kind.rawValue
            )
        }
    }
}
