/// Where the Department's data portal keeps its zips.
package enum PortalURL {
    /// The portal's host and folder of tax rolls.
    package static let base =
        "https://floridarevenue.com/property/dataportal/Documents/PTO%20Data%20Portal/Tax%20Roll%20Data%20Files"

    /// The addresses at which a roll may lie, the likeliest first.
    ///
    /// Some spellings rest on single sources (the saints, DeSoto, and TPP for the NAP), so a reader tries them in order
    /// and takes the first answer that is a zip: the portal answers a wrong path with an HTML page and status 200.
    package static func candidates(_ identity: RollIdentity, base: String = base) -> [String] {
        zipNames(identity).map { name in
            let path = name.replacing(" ", with: "%20")
            return "\(base)/\(identity.dataset)/\(identity.year)\(identity.roll.rawValue)/\(path)"
        }
    }

    /// The portal's names of a roll's zip: `Broward 16 Preliminary SDF 2025.zip`.
    package static func zipNames(_ identity: RollIdentity) -> [String] {
        let kinds = identity.dataset == .nap ? ["TPP", "NAP"] : [identity.dataset.rawValue]
        return identity.county.portalNames.flatMap { name in
            kinds.map { "\(name) \(identity.county.number) \(identity.roll.word) \($0) \(identity.year).zip" }
        }
    }
}
