/// The name of a company in a register, where similar names are different companies.
///
/// A developer founds one company for each house: `Sunset 1` and `Sunset 2`, or a holding and a realty of one name at one
/// address. Likeness says nothing there; only a name written twice, or mistyped once, is the same name.
package struct RegisteredName: Sendable {
    /// The words of the name's core, without legal forms.
    private let words: [[UInt8]]
    /// Numbers, Roman numerals, ordinals and single letters, sorted.
    private let marks: [[UInt8]]

    /// Normalises a name as the comparison of companies does.
    package init(_ name: String) {
        var folded: [UInt8] = []
        Array(name.utf8).withUnsafeBufferPointer { TextFolding.fold($0, into: &folded) }
        words = CompanyName.normalise(folded).split(separator: TextFolding.space).map(Array.init)
        marks = words.flatMap(Self.marks).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Whether both are one name: equal, but for spaces and marks, or for one typing error in a word of five and more letters.
    ///
    /// Numbers, Roman numerals, ordinals and single letters must be the same in both.
    package func isSame(as other: RegisteredName) -> Bool {
        guard !words.isEmpty, marks == other.marks else { return false }
        if words.joined().elementsEqual(other.words.joined()) { return true }
        guard words.count == other.words.count else { return false }
        let unequal = zip(words, other.words).filter { $0 != $1 }
        guard unequal.count == 1, let (left, right) = unequal.first, Self.isLong(left), Self.isLong(right) else {
            return false
        }
        return left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in EditDistance.isWithinOne(a, b) }
        }
    }

    /// What of a word counts or orders: its runs of digits, or all of it.
    private static func marks(of word: [UInt8]) -> [[UInt8]] {
        let runs = word.split { !Numeral.isDigit($0) }.map(Array.init)
        if !runs.isEmpty { return runs }
        let isMark = word.count == 1 || word.withUnsafeBufferPointer(Numeral.isRoman) || ordinals.contains(word[...])
        return isMark ? [word] : []
    }

    /// Whether a word is so long that one other letter in it is a typing error.
    private static func isLong(_ word: [UInt8]) -> Bool {
        word.count >= 5 && marks(of: word).isEmpty
    }

    private static let ordinals = WordList(
        """
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        one two three four five six seven eight nine ten eleven twelve
        """
    )
}
