/// An invented county: the same parcels, owners and sales for the same county and year, whichever file asks.
package struct SampleCounty: Sendable {
    /// The county.
    package let county: County
    /// The assessment year.
    package let year: Int
    /// The companies, which own parcels and tangible property.
    package let companies: [SampleParty]
    /// The parcels.
    package let parcels: [SampleParcel]
    /// The sales.
    package let sales: [SampleSale]

    /// Invents a county.
    package init(county: County, year: Int) {
        self.county = county
        self.year = year
        var random = SampleRandom(seed: county.number * 10_000 + year)
        let companies = (0..<40).map { SampleParty.company(&random, county, number: $0) }
        let parcels = (0..<200).map { index in
            let owner = random.chance(20) ? random.pick(companies) : SampleParty.person(&random, county)
            return SampleParcel(index, county, year, owner: owner, &random)
        }
        var next = 0
        sales = (0..<55).map { number in
            // Four deeds convey two or three parcels; a parcel is sold once.
            let count = number < 4 ? 2 + number % 2 : 1
            defer { next += count }
            let sold = (next..<(next + count)).map { $0 * 3 % 200 }
            let value = sold.reduce(0) { $0 + parcels[$1].justValue }
            return SampleSale(number, parcels: sold, value: value, assessmentYear: year, &random)
        }
        self.companies = companies
        self.parcels = parcels
    }
}
