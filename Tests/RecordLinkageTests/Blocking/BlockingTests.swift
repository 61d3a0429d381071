import Testing

@testable import RecordLinkage
@testable import linkage_samples

@Suite("Blocking")
struct BlockingTests {
    @Test("each pair of candidates comes once, and equal values always meet")
    func once() throws {
        let sample = PersonSample.duplicates(300, seed: 11)
        let candidates = try Self.candidates(sample.names, sample.left)
        var seen: Set<[Int]> = []
        for chunk in candidates.chunks {
            candidates.forEachPair(in: chunk) { left, right in
                #expect(left < right)
                #expect(seen.insert([left, right]).inserted)
            }
        }
        let entities = Dictionary(grouping: sample.left.indices) { sample.leftEntities[$0] }
        let matches = entities.values.flatMap { group in group.flatMap { a in group.filter { $0 > a }.map { [a, $0] } }
        }
        let found = matches.count(where: seen.contains)
        #expect(Double(found) >= 0.99 * Double(matches.count))
        #expect(seen.count < sample.left.count * sample.left.count / 10)
    }

    @Test("a block that is too large is split by further keys, and one that cannot be is dealt out and counted")
    func bounds() throws {
        var table = RecordTable(names: ["family", "zip"])
        for record in 0..<2_000 { try table.append(texts: ["smith", record < 1_000 ? "3330\(record % 10)" : "33999"]) }
        let schema = try LinkageSchema(columns: [
            .init("family", .familyName, left: 0, right: 0), .init("zip", .zip, left: 1, right: 1),
        ])
        let tables = try schema.columns.map { try ValueTable($0, left: table, right: nil) }
        let index = try BlockIndex(
            BlockingRule(.exact(0)),
            kinds: [.familyName, .zip],
            tables: tables,
            leftCount: nil,
            budget: 100_000
        )
        #expect(index.bounds.blocksSplit == 1)
        #expect(index.bounds.blocksSampled > 0)
        #expect(index.bounds.pairsLeftOut > 0)
        #expect(index.pairCount < 200_000)
    }

    @Test("sorting keeps the order of records with one key")
    func sorting() {
        var state: UInt64 = 1
        var entries = (0..<20_000).map { record -> UInt64 in
            state = ByteHash.mix(state)
            return (state % 5_000) << 32 | UInt64(record)
        }
        let expected = entries.sorted()
        RadixSort.sortByUpperHalf(&entries)
        let isSorted = entries == expected
        #expect(isSorted)
    }

    private static func candidates(_ names: [String], _ rows: [[String]]) throws -> CandidatePairs {
        var table = RecordTable(names: names)
        for row in rows { try table.append(texts: row) }
        let schema = try LinkageSchema.detect(left: table, right: nil)
        let tables = try schema.columns.map { try ValueTable($0, left: table, right: nil) }
        return try CandidatePairs(tables: tables, leftCount: nil, exhaustiveLimit: 0, pairsPerRecord: 12)
    }
}
