/// How much of a row is checked; each level includes the ones before it.
package enum ValidationLevel: String, Sendable, Codable, CaseIterable, Comparable {
    /// The row has its columns and a key of its own, and belongs to the file's county and year.
    case permissive
    /// Also types, widths, enumerations and required fields.
    case standard
    /// Also cross-field rules and invariants of the whole file.
    case strict

    /// By how much is checked.
    package static func < (left: ValidationLevel, right: ValidationLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .permissive: 0
        case .standard: 1
        case .strict: 2
        }
    }
}
