import Foundation

/// The words of each value of a column, and what each word weighs.
final class TokenTable: Sendable {
    /// The most words of one value that count.
    static let maximumTokens = 24

    let bytes: [UInt8]
    let ends: [UInt32]
    /// How many records have a word.
    let frequencies: [UInt32]
    /// The inverse document frequency of a word, ln(1 + n / frequency).
    let weights: [Float]
    /// The list of short forms that a word belongs to.
    let roots: [UInt16]
    /// The letters of each word.
    let letters: [LetterSet]
    /// The words of the values, one after the other.
    let tokens: [UInt32]
    /// Where the words of a value end.
    let tokenEnds: [UInt32]
    /// The Euclidean norm of a value's word weights.
    let norms: [Float]

    /// What a word of a city weighs within a name.
    private static let placeWordWeight: Float = 0.4

    /// Splits texts into words; `valueTexts` names the text of each value, `counts` the records that have it, and
    /// `placeWords` words that weigh less.
    init(_ texts: ByteInterner, valueTexts: [UInt32], counts: [UInt32], placeWords: Set<[UInt8]> = []) {
        var interner = ByteInterner()
        var tokens: [UInt32] = []
        var tokenEnds: [UInt32] = []
        var frequencies: [UInt32] = []
        var records = 0
        for (value, text) in valueTexts.enumerated() {
            let start = tokens.count
            texts.withBytes(of: Int(text)) { bytes in
                for word in bytes.split(separator: TextFolding.space).prefix(Self.maximumTokens) {
                    let id = interner.intern(UnsafeBufferPointer(rebasing: word))
                    if Int(id) == frequencies.count { frequencies.append(0) }
                    if !tokens[start...].contains(id) { frequencies[Int(id)] += counts[value] }
                    tokens.append(id)
                }
            }
            tokenEnds.append(UInt32(tokens.count))
            if value > 0 { records += Int(counts[value]) }
        }
        let weights = frequencies.enumerated().map { id, frequency in
            let weight = Float(log(1 + Double(records) / Double(max(1, frequency))))
            let isPlace = !placeWords.isEmpty && interner.withBytes(of: id) { placeWords.contains(Array($0)) }
            return isPlace ? weight * Self.placeWordWeight : weight
        }
        var norms: [Float] = []
        norms.reserveCapacity(tokenEnds.count)
        var start = 0
        for end in tokenEnds {
            norms.append(tokens[start..<Int(end)].reduce(0) { $0 + weights[Int($1)] * weights[Int($1)] }.squareRoot())
            start = Int(end)
        }
        bytes = interner.bytes
        ends = interner.ends
        roots = (0..<interner.count).map { id in interner.withBytes(of: id) { Nicknames.root(Array($0)[...]) } }
        letters = (0..<interner.count).map { interner.withBytes(of: $0) { LetterSet($0) } }
        self.frequencies = frequencies
        self.weights = weights
        self.tokens = tokens
        self.tokenEnds = tokenEnds
        self.norms = norms
    }

    /// Where the words of a value stand.
    @inline(__always)
    func range(_ value: UInt32) -> Range<Int> {
        (value == 0 ? 0 : Int(tokenEnds[Int(value) - 1]))..<Int(tokenEnds[Int(value)])
    }

    /// Where the bytes of a word stand.
    @inline(__always)
    func byteRange(_ token: UInt32) -> Range<Int> {
        (token == 0 ? 0 : Int(ends[Int(token) - 1]))..<Int(ends[Int(token)])
    }
}
