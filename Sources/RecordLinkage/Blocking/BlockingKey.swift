/// One part of a key by which records are blocked: a number of each value of a column.
enum BlockingKey: Hashable {
    /// The whole value.
    case exact(Int)
    /// The first bytes of the value without its spaces.
    case prefix(Int, Int)
    /// The last bytes of the value.
    case suffix(Int, Int)
    /// The sound of the value's first word.
    case sound(Int)
    /// The house number of an address.
    case houseNumber(Int)
    /// The first letters of the weightiest word of a street or name.
    case mainWord(Int)
    /// The rarest words of a value, several of a record.
    case rareWords(Int)

    /// The column that it is made from.
    var column: Int {
        switch self {
        case .exact(let column), .prefix(let column, _), .suffix(let column, _), .sound(let column),
            .houseNumber(let column), .mainWord(let column), .rareWords(let column):
            column
        }
    }

    /// The most keys that one record has.
    var width: Int { if case .rareWords = self { 3 } else { 1 } }

    /// The keys of every value, `width` each; 0 stands for none.
    func keys(of table: ValueTable) -> [UInt32] {
        var keys = [UInt32](repeating: 0, count: table.count * width)
        for value in 1..<max(1, table.count) {
            if case .rareWords = self {
                for (slot, token) in Self.rarest(table, UInt32(value)).enumerated() {
                    keys[value * width + slot] = ByteHash.join(token, 1)
                }
            } else {
                keys[value] = table.withBytes(of: UInt32(value)) { key(UInt32(value), $0, table) }
            }
        }
        return keys
    }

    private func key(_ value: UInt32, _ bytes: UnsafeBufferPointer<UInt8>, _ table: ValueTable) -> UInt32 {
        func hash(_ part: some Sequence<UInt8>) -> UInt32 {
            max(1, UInt32(truncatingIfNeeded: Array(part).withUnsafeBufferPointer(ByteHash.hash)))
        }
        switch self {
        case .exact: return value
        case .prefix(_, let length):
            let solid = bytes.lazy.filter { $0 != TextFolding.space }.prefix(length)
            return hash(solid)
        case .suffix(_, let length): return bytes.count < length ? 0 : hash(bytes.suffix(length))
        case .sound: return Soundex.code(bytes)
        case .houseNumber: return table.codes.isEmpty ? 0 : UInt32(truncatingIfNeeded: table.codes[Int(value)])
        case .mainWord:
            guard let tokens = table.tokens else { return hash(bytes.prefix(4)) }
            let range = tokens.range(value)
            guard
                let main = range.max(by: {
                    tokens.weights[Int(tokens.tokens[$0])] < tokens.weights[Int(tokens.tokens[$1])]
                })
            else { return 0 }
            return hash(tokens.bytes[tokens.byteRange(tokens.tokens[main])].prefix(4))
        case .rareWords: return 0
        }
    }

    /// The up to three rarest words that another record has as well.
    private static func rarest(_ table: ValueTable, _ value: UInt32) -> [UInt32] {
        guard let tokens = table.tokens else { return [value] }
        var words: [UInt32] = []
        for index in tokens.range(value) {
            let token = tokens.tokens[index]
            if tokens.frequencies[Int(token)] > 1, !words.contains(token) { words.append(token) }
        }
        words.sort { (tokens.frequencies[Int($0)], $0) < (tokens.frequencies[Int($1)], $1) }
        return Array(words.prefix(3))
    }
}
