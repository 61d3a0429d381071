import Testing

@testable import PropertyData

@Suite("The pairs of hashes that rules about a whole file remember")
struct HashPairsTests {
    @Test("a hash is new once, also where half of it is another's", arguments: 0..<4)
    func insert(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pairs = HashPairs()
        var known: Set<RowHash> = []
        var disagreements = 0
        // Few numbers, so that halves and whole hashes occur again, and 0 among them.
        for _ in 0..<20_000 {
            let hash = RowHash(low: .random(in: 0...200, using: &random), high: .random(in: 0...200, using: &random))
            // 0 and 1 share a slot: a true hash is one of them once in 2 to the 63rd.
            guard hash.low != 1 else { continue }
            if pairs.insert(hash) != known.insert(hash).inserted { disagreements += 1 }
        }
        #expect(disagreements == 0)
        #expect(pairs.count == known.count)
    }

    @Test("the first value of a key stays, over any number of keys", arguments: 0..<4)
    func known(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pairs = HashPairs()
        var first: [UInt64: UInt64] = [:]
        var disagreements = 0
        for _ in 0..<20_000 {
            let key = UInt64.random(in: 2...9_000, using: &random) &* 0x9e37_79b9_7f4a_7c15
            let value = UInt64.random(in: 0...3, using: &random)
            let expected = first[key] ?? value
            first[key] = expected
            if pairs.known(key, else: value) != expected { disagreements += 1 }
        }
        #expect(disagreements == 0)
        #expect(pairs.count == first.count)
    }
}
