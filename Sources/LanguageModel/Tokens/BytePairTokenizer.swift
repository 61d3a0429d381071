#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import HeapModule

/// A byte-pair encoder that reads tiktoken's rank files.
///
/// A piece of text begins as its bytes; the neighbours whose bytes together have the lowest rank are joined first, until no
/// neighbours form a token (Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", 2016).
/// Special tokens such as `<|endoftext|>` are ordinary text here, as data must never be one.
package struct BytePairTokenizer: Sendable {
    /// How it cuts a text into pieces.
    package let preSplit: PreSplit
    private let ranks: RankTable

    /// Reads the rank file at a path; see ``init(ranks:preSplit:)``.
    package init(path: String) throws(LanguageModelError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw LanguageModelError(.unreadableRanks, "the tokenizer's rank file \(path) cannot be read")
        }
        try self.init(ranks: Array(data))
    }

    /// Reads a rank file: a line for each token, its bytes in base 64, a blank, its rank.
    ///
    /// Where no pattern is given, it follows from the size of the vocabulary.
    ///
    /// - Throws: ``LanguageModelError`` `unreadableRanks` with the first line that is no entry, or when some byte has no token.
    package init(ranks file: [UInt8], preSplit: PreSplit? = nil) throws(LanguageModelError) {
        var table = RankTable(capacity: file.count / 12)
        var number = 0
        for line in file.split(separator: UInt8(ascii: "\n")) {
            number += 1
            let parts = line.split(separator: UInt8(ascii: " "))
            guard parts.count == 2, let token = Data(base64Encoded: Data(parts[0])), !token.isEmpty,
                let rank = UInt32(String(decoding: parts[1].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
            else {
                throw LanguageModelError(.unreadableRanks, "line \(number) is no entry of a tokenizer's rank file")
            }
            table.insert(Array(token), rank: rank)
        }
        for byte in UInt8.min...UInt8.max where table.rank(of: [byte], 0..<1) == nil {
            throw LanguageModelError(.unreadableRanks, "the tokenizer's rank file has no token for the byte \(byte)")
        }
        ranks = table
        // cl100k_base has 100,256 entries, o200k_base 199,998; a file of another size is neither, and gets the older pattern.
        self.preSplit = preSplit ?? (table.count > 150_000 ? .o200kBase : .cl100kBase)
    }

    /// The tokens of a text.
    package func encode(_ text: String) -> [Int] {
        var tokens: [Int] = []
        let bytes = Array(text.utf8)
        preSplit.forEachPiece(of: text) { piece in
            if let rank = ranks.rank(of: bytes, piece) {
                tokens.append(Int(rank))
            } else {
                for part in merged(bytes, piece) {
                    // Every part is a token: it began as one byte, and was only ever joined into tokens.
                    if let rank = ranks.rank(of: bytes, part) { tokens.append(Int(rank)) }
                }
            }
        }
        return tokens
    }

    /// How many tokens a text has.
    package func count(_ text: String) -> Int {
        var count = 0
        let bytes = Array(text.utf8)
        preSplit.forEachPiece(of: text) { piece in
            count += ranks.rank(of: bytes, piece) != nil ? 1 : merged(bytes, piece).count
        }
        return count
    }

    /// Joins neighbours, lowest rank first, leftmost first among equals.
    ///
    /// A heap of the pairs keeps a piece of n bytes (a megabyte of one letter is one piece) at n·log n steps. A pair that has
    /// changed since it was pushed is known by its rank, which it no longer has.
    private func merged(_ bytes: [UInt8], _ piece: Range<Int>) -> [Range<Int>] {
        let start = piece.lowerBound
        let length = piece.count
        /// The end of the part that begins at each byte; 0 where none does any more.
        var ends = (1...length).map { $0 }
        /// Where the part before it begins.
        var previous = (0..<length).map { $0 - 1 }
        var pairRanks = Array(repeating: UInt32.max, count: length)
        var heap = Heap<UInt64>()

        func look(at place: Int) {
            pairRanks[place] = .max
            guard ends[place] < length else { return }
            guard let rank = ranks.rank(of: bytes, start + place..<start + ends[ends[place]]) else { return }
            pairRanks[place] = rank
            heap.insert(UInt64(rank) << 32 | UInt64(place))
        }

        for place in 0..<length { look(at: place) }
        while let next = heap.popMin() {
            let place = Int(next & 0xffff_ffff)
            guard ends[place] != 0, pairRanks[place] == UInt32(next >> 32) else { continue }
            let joined = ends[place]
            ends[place] = ends[joined]
            ends[joined] = 0
            if ends[place] < length { previous[ends[place]] = place }
            look(at: place)
            if previous[place] >= 0 { look(at: previous[place]) }
        }
        var parts: [Range<Int>] = []
        var place = 0
        while place < length {
            parts.append(start + place..<start + ends[place])
            place = ends[place]
        }
        return parts
    }
}
