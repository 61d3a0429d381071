import Foundation
import Testing

@testable import PropertyData

@Suite("The sample source", .timeLimit(.minutes(2)))
struct SampleSourceTests {
    @Test(
        "a county's files are valid at the strict level without warnings",
        arguments: [11, 16, 23, 24, 65, 77],
        Dataset.allCases
    )
    func strict(number: Int, dataset: Dataset) async throws {
        let identity = RollIdentity(dataset: dataset, county: try County(number: number), roll: .final, year: 2_024)
        try await withFolder { folder in
            let file = try TaxRollFile(path: try SampleSource.write(identity, into: folder), expecting: identity)
            let report = try await file.validate(level: .strict)
            #expect(report.rows == [Dataset.sdf: 61, .nap: 80, .nal: 200][dataset])
            #expect(report.rules.filter { $0.failed > 0 }.map(\.rule.id) == [])
            #expect(report.validShare == 1 && report.passRate == 1)
        }
    }

    @Test("every county has files, the same bytes every time")
    func everyCounty() throws {
        for county in County.all {
            for dataset in Dataset.allCases {
                let identity = RollIdentity(dataset: dataset, county: county, roll: .preliminary, year: 2_025)
                let first = try SampleSource.archive(identity)
                #expect(first.bytes == (try SampleSource.archive(identity).bytes))
                #expect(first.name.identity == identity)
            }
        }
    }

    @Test("parcels, sales and owners agree across the files")
    func agreement() throws {
        let county = SampleCounty(county: try County(number: 16), year: 2_025)
        #expect(Set(county.parcels.map(\.id)).count == 200)
        let companies = Set(county.companies.map(\.name))
        #expect(county.parcels.contains { $0.owner.isCompany && companies.contains($0.owner.name) })
        let sales = String(decoding: county.table(.sdf, .preliminary), as: UTF8.self)
        let rolls = String(decoding: county.table(.nal, .preliminary), as: UTF8.self)
        let accounts = String(decoding: county.table(.nap, .preliminary), as: UTF8.self)
        for sale in county.sales {
            #expect(sales.contains(sale.id) && rolls.contains(sale.clerkNumber))
            for parcel in sale.parcels { #expect(sales.contains(county.parcels[parcel].masterID)) }
        }
        for company in companies { #expect(accounts.contains(company)) }
    }
}
