import Testing

@testable import RecordLinkage
@testable import linkage_samples

@Suite("The linker", .timeLimit(.minutes(5)))
struct LinkerTests {
    @Test("the evidence of each column and the prior add up to the pair's weight")
    func evidence() async throws {
        let linkage = try await Scores(OrganisationSample.linking(150, seed: 21)).linkage
        #expect(!linkage.pairs.isEmpty)
        for pair in linkage.pairs {
            let evidence = linkage.evidence(for: pair)
            let sum = evidence.reduce(linkage.priorBits) { $0 + $1.bits }
            #expect(abs(sum - pair.weight) < 0.01)
            #expect(evidence.allSatisfy { $0.agreement != "missing" || $0.bits == 0 })
        }
    }

    @Test(
        "comparing no further than needed finds the pairs that comparing everything finds",
        arguments: [24, 25] as [UInt64]
    )
    func filter(seed: UInt64) async throws {
        let sample =
            seed == 24 ? PersonSample.duplicates(60, seed: seed, damage: 2) : OrganisationSample.listing(60, seed: seed)
        let linkage = try await Scores(sample).linkage
        var table = RecordTable(names: sample.names)
        for row in sample.left { try table.append(texts: row) }
        let context = try ListingContext(linkage.schema.columns, left: table, right: nil)
        let comparison = RecordComparison(
            try linkage.schema.columns.map { try ValueTable($0, left: table, right: nil, context: context) }
        )
        let least = -6.0
        let filter = PairFilter(comparison, linkage.scorer, least: least)
        var kept = 0
        for left in 0..<table.count {
            for right in (left + 1)..<table.count {
                let pattern = comparison.pattern(left, right)
                let weight = linkage.scorer.weight(pattern, left, right)
                let found = filter.compare(left, right)
                #expect((found != nil) == (weight >= least))
                if let found {
                    kept += 1
                    #expect(found.pattern == pattern)
                    #expect(abs(found.weight - weight) < 1e-6)
                }
            }
        }
        #expect(kept > 20)
    }

    @Test("the same input gives the same output, whatever the number of tasks")
    func deterministic() async throws {
        let sample = OrganisationSample.linking(120, seed: 22)
        var settings = LinkageSettings()
        settings.parallelism = 1
        let one = try await Scores(sample, settings: settings).linkage
        settings.parallelism = 3
        let three = try await Scores(sample, settings: settings).linkage
        #expect(one.pairs == three.pairs)
        #expect(one.clusters == three.clusters)
    }

    @Test("clusters and accepted pairs say the same")
    func clusters() async throws {
        let linkage = try await Scores(PersonSample.duplicates(120, seed: 23)).linkage
        var groupOf: [Int: Int] = [:]
        for (number, cluster) in linkage.clusters.enumerated() {
            #expect(cluster.count > 1)
            for record in cluster { #expect(groupOf.updateValue(number, forKey: record) == nil) }
        }
        for pair in linkage.accepted { #expect(groupOf[pair.left] == groupOf[pair.right]) }
        let inside = linkage.clusters.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
        #expect(linkage.accepted.count == inside)
    }

    @Test("empty tables and tables of one record have no pairs", arguments: [0, 1])
    func tiny(count: Int) async throws {
        var table = RecordTable(names: ["name"])
        for _ in 0..<count { try table.append(texts: ["acme"]) }
        let schema = try LinkageSchema(columns: [.init("name", .companyName, left: 0, right: 0)])
        let linkage = try await Linker(schema: schema).link(table)
        #expect(linkage.pairs.isEmpty)
        #expect(linkage.clusters.isEmpty)
    }

    @Test("a schema without columns, with too many or with one that is not there is refused")
    func refused() async throws {
        #expect(throws: LinkageError.self) { try LinkageSchema(columns: []) }
        let many = (0..<17).map { LinkageSchema.Column("c\($0)", .text, left: $0, right: $0) }
        #expect(throws: LinkageError.self) { try LinkageSchema(columns: many) }
        let schema = try LinkageSchema(columns: [.init("name", .text, left: 3, right: 3)])
        await #expect(throws: LinkageError.self) { try await Linker(schema: schema).link(RecordTable(names: ["name"])) }
    }

    @Test("a cancelled linkage stops within a second")
    func cancelled() async throws {
        let sample = PersonSample.duplicates(3_000, seed: 24)
        var records = RecordTable(names: sample.names)
        for row in sample.left { try records.append(texts: row) }
        let table = records
        let schema = try LinkageSchema.detect(left: table, right: nil)
        let (started, starts) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await Linker(schema: schema).link(table) { phase, _, _ in if phase == "learning" { starts.yield() } }
        }
        for await _ in started { break }
        let clock = ContinuousClock()
        let cancelled = clock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // A second on a quiet machine; a busy one, in a debug build, gets some more.
        #expect(cancelled.duration(to: clock.now) < .seconds(5))
    }
}
