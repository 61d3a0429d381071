/// Words by which normalisation replaces or drops others, looked up by their bytes.
struct WordList: Sendable {
    private let replacements: [[UInt8]: [UInt8]]

    /// Reads lines of the form `word other=replacement`, where a word before `=` becomes what stands behind it.
    init(_ lines: String) {
        var replacements: [[UInt8]: [UInt8]] = [:]
        for line in lines.split(separator: "\n") {
            let sides = line.split(separator: "=", omittingEmptySubsequences: false)
            let replacement = sides.count > 1 ? Array(sides[1].utf8) : []
            for word in sides[0].split(separator: " ") { replacements[Array(word.utf8)] = replacement }
        }
        self.replacements = replacements
    }

    /// What stands for a word; nil when it is not in the list.
    subscript(word: ArraySlice<UInt8>) -> [UInt8]? { replacements[Array(word)] }

    /// Whether the list has a word.
    func contains(_ word: ArraySlice<UInt8>) -> Bool { replacements[Array(word)] != nil }
}
