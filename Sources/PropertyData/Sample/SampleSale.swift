/// An invented sale: one deed, which conveys one parcel or several.
package struct SampleSale: Sendable, Equatable {
    /// The clerk's instrument number.
    package let clerkNumber: String
    /// The parcels' places in `SampleCounty.parcels`.
    package let parcels: [Int]
    /// The qualification.
    package let qualification: String
    /// The price of the whole deed.
    package let price: Int
    /// The year of the sale.
    package let year: Int
    /// The month of the sale.
    package let month: Int

    /// The county's number of the sale, as Broward makes it.
    package var id: String { "99000\(clerkNumber)" }

    init(_ number: Int, parcels: [Int], value: Int, assessmentYear: Int, _ random: inout SampleRandom) {
        clerkNumber = String(120_000_000 + number * 137)
        self.parcels = parcels
        let isThisYear = number == 0 || random.chance(35)
        year = isThisYear ? assessmentYear : assessmentYear - 1
        // The first sale dates the submission: preliminary rolls are due on 1 July.
        month = number == 0 ? 6 : random.number(1...(isThisYear ? 6 : 12))
        let isRecent = isThisYear && month >= 5
        qualification =
            parcels.count > 1 ? "05" : random.pick(["01", "01", "01", "11", "11", "30", "37", isRecent ? "99" : "02"])
        price =
            qualification == "11" ? random.pick([0, 100]) : max(1, value * random.number(90...110) / 100_000) * 1_000
    }
}
