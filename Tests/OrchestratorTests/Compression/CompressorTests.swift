import JobModel
import LanguageModel
import Testing

@testable import Orchestrator

@Suite("The compression ladder")
struct CompressorTests {
    private static let errors = JSONValue.array(
        (0..<200).map { row in
            let rule = ["R-DOR-UC", "R-JV-POS", "R-SALE-DATE"][row % 3]
            return [
                "row": .integer(1000 + row * 13), "rule": .string(rule), "severity": "error",
                "message": .string("what \(rule) says about the row"), "value": .string(["001", "x9", "-4"][row % 2]),
                "parcel_id": .string("58-0554-\(1000 + row * 37)"), "job": "0f9b1c2d-3e4f-5061-7283-94a5b6c7d8e9",
            ]
        }
    )
    private static let evidence = EvidenceCompressor.Evidence(
        name: "E2",
        document: ["checked": 200, "valid": false, "errors": errors],
        origin: "step E2 of operation op-1"
    )
    private let compressor = EvidenceCompressor(counter: .estimating)

    @Test("takes the first level that fits, and counts what it takes")
    func ladder() {
        var levels: [CompressionLevel] = []
        var last = Int.max
        for budget in [100_000, 5000, 3000, 2200, 1600, 1200, 700, 300, 20] {
            var handles = EvidenceHandles()
            let compressed = compressor.compress(Self.evidence, budget: budget, handles: &handles)
            levels.append(compressed.level)
            #expect(compressed.tokens == TokenCount(TokenEstimator.count(compressed.text), countedBy: .estimate))
            #expect(compressed.tokens.tokens <= budget || compressed.level == .reference)
            #expect(compressed.tokens.tokens <= last)
            last = compressed.tokens.tokens
        }
        #expect(levels == levels.sorted())
        #expect(Set(levels) == [.full, .columnar, .grouped, .aggregate, .reference], "\(levels)")
    }

    @Test("the lossless levels are restored, long ids and all", arguments: [100_000, 5000])
    func restores(_ budget: Int) throws {
        var handles = EvidenceHandles()
        let compressed = compressor.compress(Self.evidence, budget: budget, handles: &handles)
        #expect(compressed.level.isLossless)
        #expect(!compressed.text.contains("0f9b1c2d"))
        #expect(handles.replaced == ["0f9b1c2d-3e4f-5061-7283-94a5b6c7d8e9"])
        #expect(try EvidenceCompressor.restore(compressed, handles: handles) == Self.evidence.document)
    }

    @Test("a lossy level is not restored")
    func notRestored() throws {
        var handles = EvidenceHandles()
        let compressed = compressor.compress(Self.evidence, budget: 300, handles: &handles)
        #expect(throws: JobFailure.self) { try EvidenceCompressor.restore(compressed, handles: handles) }
    }

    @Test("grouped keeps every row under its group and says what it left out")
    func grouped() throws {
        let text = try #require(GroupedSummary.encode(Self.evidence.document))
        for row in 0..<200 { #expect(text.contains(String(1000 + row * 13))) }
        #expect(text.contains("left out: parcel_id"))
        #expect(text.contains("(67)"))
    }

    @Test("aggregate has exact counts and sums")
    func aggregate() {
        let text = AggregateSummary.encode(Self.evidence.document, examples: 1)
        let rows = (0..<200).map { 1000 + $0 * 13 }
        #expect(text.contains("200 rows"))
        #expect(text.contains("1000 to \(rows.max() ?? 0)"))
        #expect(text.contains("sum \(rows.reduce(0, +))"))
        #expect(text.contains("67 rows"))
        #expect(text.contains("66 rows"))
        #expect(text.contains("\"001\" ×100") || text.contains("\"001\" ×67") || text.contains("×100"))
    }

    @Test("long texts and lists are cut and say so")
    func cut() {
        let text = AggregateSummary.encode(
            ["log": .string(String(repeating: "x", count: 5000)), "numbers": .array((0..<50).map(JSONValue.integer))],
            examples: 3
        )
        #expect(text.contains("(5000 characters)"))
        #expect(text.contains("38 more of 50"))
        #expect(text.count < 500)
    }

    @Test("the reference says what it is and where it lies")
    func reference() {
        var handles = EvidenceHandles()
        let compressed = compressor.compress(Self.evidence, budget: 5, handles: &handles)
        #expect(compressed.level == .reference)
        #expect(compressed.text.contains("an object of checked, errors, valid"))
        #expect(compressed.text.contains("step E2 of operation op-1"))
    }

    @Test("one budget holds for several pieces, and small ones are left whole", arguments: [3000, 1500, 800])
    func allocation(_ budget: Int) {
        let small = EvidenceCompressor.Evidence(name: "E1", document: ["rows": 200, "file": "a.csv"], origin: "E1")
        let other = EvidenceCompressor.Evidence(name: "E3", document: ["samples": Self.errors], origin: "E3")
        var handles = EvidenceHandles()
        let compressed = compressor.compress([small, Self.evidence, other], budget: budget, handles: &handles)
        #expect(compressed.map(\.name) == ["E1", "E2", "E3"])
        #expect(compressed.reduce(0) { $0 + $1.tokens.tokens } <= budget)
        #expect(compressed[0].level == .full)
    }

    @Test("handles in an answer become the identifiers again, and nothing else does")
    func prose() {
        var handles = EvidenceHandles()
        _ = handles.replacing(in: Self.evidence.document)
        #expect(
            handles.restoring(prose: "job @1, not @2 or a@b")
                == "job 0f9b1c2d-3e4f-5061-7283-94a5b6c7d8e9, not @2 or a@b"
        )
    }

    @Test(
        "long ids are known, and what people know things by is not one",
        arguments: [
            ("0f9b1c2d-3e4f-5061-7283-94a5b6c7d8e9", true), ("01ARZ3NDEKTSV4RRFFQ69G5FAV", true),
            ("op-20251020-143022-a1b2c3d4:E1", true), (String(repeating: "0a", count: 32), true),
            ("494236AA0010", false), ("123456789012345678", false), ("R-DOR-UC", false),
            ("SUNSHINE HOLDINGS LLC", false),
        ]
    )
    func identifiers(_ text: String, _ isOne: Bool) { #expect(LongIdentifier.matches(text) == isOne) }
}
