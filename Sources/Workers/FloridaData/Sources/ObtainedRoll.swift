import PropertyData

/// A roll's file in the store.
struct ObtainedRoll: Sendable {
    /// Where it lies.
    let path: String
    /// What the verification found.
    let inspection: FileInspection
    /// The exact address that it came from.
    let address: String
    /// Whether the store had it before.
    let isUnchanged: Bool

    /// Its name there, the Department's.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
