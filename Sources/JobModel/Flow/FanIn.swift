/// When a job that waits for others is released.
///
/// A parent counts once it has completed; one that ended dead or cancelled never will. When the parents that are still
/// open can no longer make up the number, the waiting job is cancelled at once.
public enum FanIn: Hashable, Sendable {
    /// All parents must complete.
    case all
    /// One completed parent is enough.
    case any
    /// So many completed parents are enough.
    case atLeast(Int)

    /// How many completed parents release the job; `nil` when the policy does not fit the number of parents.
    public func need(parents: Int) -> Int? {
        switch self {
        case .all: parents
        case .any: parents == 0 ? nil : 1
        case .atLeast(let n): (1...max(1, parents)).contains(n) && parents > 0 ? n : nil
        }
    }
}
