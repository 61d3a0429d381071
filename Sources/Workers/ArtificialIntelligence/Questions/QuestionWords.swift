/// The words of a question, and which of them have been understood.
struct QuestionWords {
    struct Word {
        /// As it was written, without the punctuation around it.
        let text: String
        /// In lower case.
        let key: String
        var isUsed = false
        /// Whether it is a number of digits only.
        var isNumber: Bool { !key.isEmpty && key.utf8.allSatisfy { $0 &- 48 < 10 } }
        /// Whether the question goes on after a comma or ends here.
        let endsPhrase: Bool
    }

    private(set) var words: [Word]

    /// Words that say nothing by themselves.
    private static let fillers = Set(
        """
        a an the of is are was were be been do does did have has had what which who whom whose where when why how show me \
        list find get give tell us all any every in on at for from to with and or there here please can could you i we \
        it its their that this these those about as by than then much many number let know want see look up our my
        """.split(separator: " ").map(String.init)
    )

    init(_ question: String) {
        let separators: Set<Character> = [",", ";", "?", "!"]
        words = question.split(whereSeparator: \.isWhitespace).compactMap { piece in
            let endsPhrase = piece.last.map { separators.contains($0) || $0 == "." } ?? false
            let text = piece.trimming { !$0.isLetter && !$0.isNumber && $0 != "$" }
            guard !text.isEmpty else { return nil }
            var key = text.lowercased()
            for ending in ["'s", "’s"] where key.hasSuffix(ending) { key.removeLast(2) }
            return Word(text: text, key: key, endsPhrase: endsPhrase)
        }
    }

    /// How many words say something, and which of them nobody understood.
    var understanding: (content: Int, missed: [String]) {
        let content = words.filter { $0.isUsed || !Self.fillers.contains($0.key) }
        return (content.count, content.filter { !$0.isUsed }.map(\.text))
    }

    /// Whether a word stands there unused.
    func has(_ keys: String...) -> Bool { words.contains { !$0.isUsed && keys.contains($0.key) } }

    /// Takes the first place at which the phrase stands, and returns the place after it.
    mutating func take(_ phrase: String) -> Int? {
        let keys = phrase.split(separator: " ").map(String.init)
        guard words.count >= keys.count else { return nil }
        for start in 0...(words.count - keys.count) {
            let range = start..<(start + keys.count)
            guard zip(words[range], keys).allSatisfy({ !$0.isUsed && $0.key == $1 }) else { continue }
            use(range)
            return range.upperBound
        }
        return nil
    }

    /// Takes the first of several phrases that stands there.
    mutating func takeAny(_ phrases: [String]) -> Int? {
        for phrase in phrases {
            if let end = take(phrase) { return end }
        }
        return nil
    }

    /// Marks words as understood.
    mutating func use(_ range: Range<Int>) {
        for place in range where words.indices.contains(place) { words[place].isUsed = true }
    }

    /// Takes the words from a place up to the end of the phrase or one of the given words.
    mutating func takeName(from start: Int, until stops: Set<String>) -> String? {
        var end = start
        while words.indices.contains(end), !words[end].isUsed, !stops.contains(words[end].key) {
            end += 1
            if words[end - 1].endsPhrase, !words[end - 1].text.hasSuffix("Inc") { break }
        }
        guard end > start else { return nil }
        let name = words[start..<end].map(\.text).joined(separator: " ")
        use(start..<end)
        return name
    }

    /// The number at a place: `500,000`, `$1.2m`, `350k`, `2 million`; nil for none.
    func number(at place: Int) -> (value: Double, isMoney: Bool, length: Int)? {
        guard words.indices.contains(place), !words[place].isUsed else { return nil }
        var text = words[place].key.replacing(",", with: "")
        let isMoney = text.hasPrefix("$")
        if isMoney { text.removeFirst() }
        var factor = 1.0
        for (ending, size) in [("k", 1e3), ("m", 1e6), ("b", 1e9)] where text.hasSuffix(ending) {
            text.removeLast()
            factor = size
        }
        guard var value = Double(text), value.isFinite else { return nil }
        var length = 1
        let scales = ["thousand": 1e3, "million": 1e6, "billion": 1e9]
        if words.indices.contains(place + 1), let scale = scales[words[place + 1].key] {
            factor *= scale
            length = 2
        }
        value *= factor
        if words.indices.contains(place + length), ["dollar", "dollars"].contains(words[place + length].key) {
            return (value, true, length + 1)
        }
        return (value, isMoney || factor > 1, length)
    }
}

extension Substring {
    /// The text without such characters at its ends.
    fileprivate func trimming(_ isOuter: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isOuter($0) }), let last = lastIndex(where: { !isOuter($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
