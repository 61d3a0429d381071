import Foundation
import Testing

@testable import LanguageModel

@Suite("The tokenizer", .timeLimit(.minutes(5)))
struct TokenizerTests {
    @Test("cuts a text into the pieces of tiktoken's patterns", arguments: GoldenTokens.rows)
    func pieces(_ row: GoldenTokens.Row) {
        #expect(PreSplit.cl100kBase.pieces(of: row.text) == row.pieces100k)
        #expect(PreSplit.o200kBase.pieces(of: row.text) == row.pieces200k)
    }

    @Test("joins the neighbours of the lowest rank first, leftmost first")
    func merge() throws {
        let tokenizer = try BytePairTokenizer(
            ranks: RankFiles.synthetic(["bc", "ab", "abc", "aa", "aaaa"]),
            preSplit: .cl100kBase
        )
        // "bc" has the lower rank, so "abc" is reached through a+bc, and "ab" only where no c follows.
        #expect(tokenizer.encode("abc") == [258])
        #expect(tokenizer.encode("abd") == [257, 100])
        #expect(tokenizer.encode("abcab") == [258, 257])
        #expect(tokenizer.encode("aaaaa") == [260, 97])
        #expect(tokenizer.encode("xab") == [120, 257])
        #expect(tokenizer.encode("") == [])
        #expect(tokenizer.encode("é") == [0xc3, 0xa9])
    }

    @Test("merges as the plain algorithm does, on random texts and vocabularies", arguments: 1...20)
    func plainMerge(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let letters = ["a", "b", "c", "d"]
        func text(_ length: Int) -> String {
            (0..<length).map { _ in letters[Int.random(in: 0..<4, using: &random)] }.joined()
        }
        var tokens: [String] = []
        for _ in 0..<40 {
            let token = text(Int.random(in: 2...5, using: &random))
            if !tokens.contains(token) { tokens.append(token) }
        }
        let tokenizer = try BytePairTokenizer(ranks: RankFiles.synthetic(tokens), preSplit: .o200kBase)
        for _ in 0..<20 {
            let text = text(Int.random(in: 1...60, using: &random))
            let encoded = tokenizer.encode(text)
            #expect(encoded == PlainMerge.encode(text, tokens), "\(text)")
            #expect(tokenizer.count(text) == encoded.count)
        }
    }

    @Test("a long piece is merged in n·log n steps")
    func longPiece() throws {
        let tokenizer = try BytePairTokenizer(
            ranks: RankFiles.synthetic(["aa", "aaaa", "aaaaaaaa"]),
            preSplit: .cl100kBase
        )
        #expect(tokenizer.count(String(repeating: "a", count: 1 << 17)) == 1 << 14)
    }

    @Test(
        "refuses a file that is no rank file",
        arguments: ["", "not a rank file", "YQ== x", "YQ== 1 2", "!!!! 1", "YQ== 97\n"]
    )
    func refuses(_ file: String) {
        let error = #expect(throws: LanguageModelError.self) { try BytePairTokenizer(ranks: Array(file.utf8)) }
        #expect(error?.code == .unreadableRanks)
    }

    @Test("a rank file that was named and is not there is an error, not an estimate")
    func absent() throws {
        #expect(throws: LanguageModelError.self) { try TokenCounter(ranks: "/no/such/file") }
        let estimating = try TokenCounter(ranks: "")
        #expect(estimating.source == .estimate)
    }

    @Test(
        "gives tiktoken's tokens for hand-written texts",
        .enabled(if: RankFiles.areThere),
        arguments: GoldenTokens.rows
    )
    func golden(_ row: GoldenTokens.Row) throws {
        let old = try GoldenTokenizers.cl100k.get()
        let new = try GoldenTokenizers.o200k.get()
        #expect(old.encode(row.text) == row.cl100k)
        #expect(new.encode(row.text) == row.o200k)
        #expect(old.count(row.text) == row.cl100k.count)
    }

    @Test("knows from the vocabulary which pattern belongs to it", .enabled(if: RankFiles.areThere))
    func patterns() throws {
        for preSplit in PreSplit.allCases {
            let tokenizer = try RankFiles.tokenizer(preSplit)
            #expect(tokenizer.preSplit == preSplit)
        }
    }
}

/// The tokenizers of the real files, read once: that takes most of a second each.
enum GoldenTokenizers {
    static let cl100k = Result { try RankFiles.tokenizer(.cl100kBase) }
    static let o200k = Result { try RankFiles.tokenizer(.o200kBase) }
}

/// The merge as the paper has it: look at all neighbours, join the best, look again.
enum PlainMerge {
    static func encode(_ text: String, _ tokens: [String]) -> [Int] {
        var ranks: [String: Int] = [:]
        for (number, token) in tokens.enumerated() { ranks[token] = 256 + number }
        var parts = text.map(String.init)
        if let whole = ranks[text] { return [whole] }
        while true {
            var best: (rank: Int, place: Int)?
            for place in parts.indices.dropLast() {
                guard let rank = ranks[parts[place] + parts[place + 1]], rank < best?.rank ?? .max else { continue }
                best = (rank, place)
            }
            guard let best else { break }
            parts[best.place] += parts.remove(at: best.place + 1)
        }
        return parts.map { ranks[$0] ?? Int($0.utf8.first ?? 0) }
    }
}

/// A random number generator whose whole sequence follows from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
