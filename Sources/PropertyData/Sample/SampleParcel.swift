/// An invented parcel, with everything that its rows in NAL and SDF share.
package struct SampleParcel: Sendable, Equatable {
    /// The county's parcel number.
    package let id: String
    /// The Department's master number.
    package let masterID: String
    /// The state's uniform number.
    package let stateID: String
    /// The land use.
    package let use: String
    /// The owner.
    package let owner: SampleParty
    /// Where it is.
    package let address: String
    /// The just value.
    package let justValue: Int
    /// The year built, nil for vacant land.
    package let yearBuilt: Int?
    /// Whether the owner lives there with the homestead exemption.
    package let isHomestead: Bool
    let livingArea: Int
    let landSquareFeet: Int
    let neighborhood: String

    init(_ index: Int, _ county: County, _ year: Int, owner: SampleParty, _ random: inout SampleRandom) {
        let uses =
            owner.isCompany
            ? ["011", "017", "048", "010", "003", "001"] : ["001", "001", "001", "004", "002", "000", "008"]
        let serial = index < 10 ? "00\(index)" : (index < 100 ? "0\(index)" : "\(index)")
        use = random.pick(uses)
        id = "\(county.number)42\(random.number(10...36))\(use == "004" ? "AA" : "01")0\(serial)"
        masterID = String(0x0100_0000 + county.number * 0x1_0000 + index, radix: 16, uppercase: true).leftPadded(to: 8)
        stateID =
            "C\(county.number)-0\(serial.prefix(2))-\(random.number(100...999))-\(random.number(1_000...9_999))-\(index % 10)"
        self.owner = owner
        let isVacant = UseCode.find(use)?.isVacant ?? false
        address = isVacant ? "" : owner.address
        isHomestead = !owner.isCompany && use == "001" && random.chance(70)
        justValue = random.number(isVacant ? 20...150 : 150...900) * 1_000
        yearBuilt = isVacant ? nil : random.number(1_950...(year - 2))
        livingArea = isVacant ? 0 : random.number(800...4_000)
        landSquareFeet = random.number(4_000...20_000)
        neighborhood = "\(county.number)\(random.number(1_000...1_040))"
    }

    /// The stratum of the Department's ratio study that the use belongs to.
    var stratum: String { String(UseCode.find(use)?.basicStratum.prefix(2) ?? "07") }
}

extension String {
    /// The text with zeros before it, up to a length.
    func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}
