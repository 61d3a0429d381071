/// What a column is evidence of, which decides what its evidence is worth together with that of others.
enum ColumnAspect: Sendable {
    /// Who it is, however much else agrees: birthday, tax number, the parts of a person's name.
    case identity
    /// Where somebody is: it changes all at once when he moves.
    case place
    /// A telephone: it goes with the place, and outlives a move.
    case contact
    /// What an organisation is called and does, which is the same for all branches of a chain.
    case name

    /// The aspect of each column of a schema.
    static func all(for kinds: [ColumnKind]) -> [ColumnAspect] {
        // Organisations are told apart by where they are, where anything says so.
        let isListing = isListing(kinds)
        return kinds.map { kind in
            if kind.isPlace { return .place }
            if kind == .phone { return .contact }
            return isListing && [.companyName, .category, .text].contains(kind) ? .name : .identity
        }
    }

    /// Whether the records are organisations with addresses or telephones.
    static func isListing(_ kinds: [ColumnKind]) -> Bool {
        kinds.contains(.companyName) && kinds.contains { $0.isPlace || $0 == .phone }
            && !kinds.contains { $0 == .familyName || $0 == .personName }
    }
}
