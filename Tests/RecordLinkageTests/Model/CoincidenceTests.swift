import Foundation
import Testing

@testable import RecordLinkage
@testable import linkage_samples

@Suite("What agrees in two different things")
struct CoincidenceTests {
    private let prior = 0.001

    @Test("neither a place nor a name outweighs the prior by itself")
    func alone() {
        let coincidence = Coincidence(prior: prior, namesakes: prior)
        let place = coincidence.factor(name: 1, place: 1e6, contact: 1, isCommon: false)
        let name = coincidence.factor(name: 1e6, place: 1, contact: 1, isCommon: false)
        #expect(place * prior < 1)
        #expect(name * prior < 1)
        let both = coincidence.factor(name: 1e3, place: 1e3, contact: 1, isCommon: false)
        #expect(both * prior > 10)
    }

    @Test("a telephone that several places share does not make branches one, one that they alone share does")
    func telephone() {
        let coincidence = Coincidence(prior: prior, namesakes: prior)
        let shared = coincidence.factor(name: 1e4, place: 0.1, contact: 1e4, isCommon: true)
        let own = coincidence.factor(name: 1e4, place: 0.1, contact: 1e4, isCommon: false)
        #expect(shared * prior < 0.5)
        #expect(own * prior > 1)
    }

    @Test("without coincidences, the evidence multiplies")
    func independent() {
        let coincidence = Coincidence(prior: 1e-12, namesakes: 0)
        let factor = coincidence.factor(name: 8, place: 4, contact: 0.5, isCommon: false)
        #expect(abs(factor - 16) < 1e-6)
    }

    @Test("organisations with addresses are a listing, persons and bare names are not")
    func listing() {
        #expect(ColumnAspect.isListing([.companyName, .address]))
        #expect(ColumnAspect.isListing([.companyName, .phone]))
        #expect(!ColumnAspect.isListing([.companyName]))
        #expect(!ColumnAspect.isListing([.givenName, .familyName, .address]))
    }

    @Test("branches of chains within the files tell what a name alone is worth")
    func namesakes() throws {
        var table = RecordTable(names: ["name", "addr", "city"])
        let streets = ["oak", "pine", "maple", "cedar", "elm", "birch", "walnut", "cherry"]
        for number in 0..<40 {
            let name = number < 8 ? "acme" : "shop \(number)"
            try table.append(texts: [
                name, "\(number * 7 + 1) \(streets[number % 8]) st", "\(streets[number % 8])ville",
            ])
        }
        let schema = try LinkageSchema(columns: [
            .init("name", .companyName, left: 0, right: 0), .init("addr", .address, left: 1, right: 1),
            .init("city", .city, left: 2, right: 2),
        ])
        let tables = try schema.columns.map { try ValueTable($0, left: table, right: table) }
        let candidates = try CandidatePairs(tables: tables, leftCount: 40, exhaustiveLimit: 10_000, pairsPerRecord: 4)
        let share = try #require(Namesakes(RecordComparison(tables), candidates).share)
        // 28 pairs of branches in each file of 780 pairs.
        #expect(abs(share - 56.5 / 1_560) < 1e-6)
    }
}
