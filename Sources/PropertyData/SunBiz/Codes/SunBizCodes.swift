/// Whether an entity exists: COR_STATUS.
///
/// Why it does not is told by its events.
package enum EntityStatus: String, Sendable, Codable, CaseIterable {
    /// Active.
    case active = "A"
    /// Inactive: dissolved, withdrawn, revoked, merged.
    case inactive = "I"
}

/// The state of a fictitious name: FIC_FIL_STATUS.
package enum FictitiousNameStatus: String, Sendable, Codable, CaseIterable {
    /// Active.
    case active = "A"
    /// Cancelled by its owner.
    case cancelled = "C"
    /// Expired.
    case expired = "E"
}

/// What a name in a record names.
package enum PartyKind: String, Sendable, Codable, CaseIterable {
    /// A person, whose name stands in three columns: last, first, middle.
    case person = "P"
    /// A corporation, whose name is one text.
    case corporation = "C"
}
