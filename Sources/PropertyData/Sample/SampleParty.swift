/// An invented owner: a person, or a company that the sample of SunBiz knows too.
package struct SampleParty: Sendable, Equatable {
    /// The name as a roll writes it: `LAST,FIRST M` or `GULF PALM HOLDINGS LLC`.
    package let name: String
    /// The street address.
    package let address: String
    /// The city.
    package let city: String
    /// Five digits.
    package let zip: String
    /// Whether it is a company.
    package let isCompany: Bool

    private static let first = [
        "ANA", "BEN", "CARLA", "DAVID", "ELENA", "FRANK", "GRACE", "HUGO", "IRIS", "JAMES", "KARA", "LUIS",
    ]
    private static let last = [
        "ALVAREZ", "BAKER", "CASTILLO", "DUPONT", "EDWARDS", "FOSTER", "GARCIA", "HOLLAND", "IVANOV", "JOHNSON",
        "KELLER",
        "LOPEZ", "MORGAN", "NGUYEN", "O'BRIEN", "PEREZ", "QUINN", "RIVERA", "SMITH", "TAYLOR",
    ]
    private static let words = [
        "GULF", "PALM", "SUNSHINE", "CYPRESS", "HERON", "MANGROVE", "CORAL", "PELICAN", "SAWGRASS", "TARPON", "ORANGE",
        "BAY",
    ]
    private static let trades = [
        "HOLDINGS", "PROPERTIES", "REALTY", "BUILDERS", "MARINE", "FOODS", "DENTAL", "LOGISTICS",
    ]
    private static let forms = ["LLC", "INC", "CORP", "LP"]
    private static let streets = ["OAK", "PINE", "MAIN", "LAKE", "BEACH", "RIVER", "PALMETTO", "MAGNOLIA"]
    private static let kinds = ["ST", "AVE", "RD", "DR", "CT", "BLVD"]

    static func person(_ random: inout SampleRandom, _ county: County) -> SampleParty {
        let name = "\(random.pick(last)),\(random.pick(first)) \(random.pick(["A", "J", "M", "R"]))"
        return SampleParty(name, &random, county, isCompany: false)
    }

    static func company(_ random: inout SampleRandom, _ county: County, number: Int) -> SampleParty {
        let word = words[number % words.count]
        let trade = trades[number / words.count % trades.count]
        let name = "\(word) \(trade) OF \(county.name.uppercased()) \(forms[number % forms.count])"
        return SampleParty(name, &random, county, isCompany: true)
    }

    private init(_ name: String, _ random: inout SampleRandom, _ county: County, isCompany: Bool) {
        self.name = name
        address = "\(random.number(1...9_999)) \(random.pick(Self.streets)) \(random.pick(Self.kinds))"
        city = county.name.uppercased()
        zip = String(32_000 + county.number * 30 + random.number(0...20))
        self.isCompany = isCompany
    }
}
