/// A priority class inside a queue; each lane is a stream.
public enum Lane: String, Sendable, Codable, CaseIterable {
    case high, normal, low

    /// The lane of a priority from 1 (low) to 10 (high); `nil` outside of that range.
    public init?(priority: Int) {
        switch priority {
        case 8...10: self = .high
        case 4...7: self = .normal
        case 1...3: self = .low
        default: return nil
        }
    }
}

/// How many of a round of slots each lane gets when all lanes have jobs.
///
/// What a lane does not use goes to the others in order of priority; a weight is at least 1, so no lane starves.
public struct LaneWeights: Hashable, Sendable {
    /// Slots of the high lane in a round.
    public let high: Int
    /// Slots of the normal lane in a round.
    public let normal: Int
    /// Slots of the low lane in a round.
    public let low: Int

    /// Six of ten slots for high, three for normal, one for low.
    public static let standard = LaneWeights(high: 6, normal: 3, low: 1)

    /// Takes weights; each is raised to 1 where it is less.
    public init(high: Int, normal: Int, low: Int) {
        self.high = max(1, high)
        self.normal = max(1, normal)
        self.low = max(1, low)
    }

    /// How the slots `first ..< first + count` are shared among the lanes, by their place in the round.
    package func quotas(first: Int, count: Int) -> [Lane: Int] {
        var quotas: [Lane: Int] = [:]
        for slot in first..<(first + count) {
            let place = slot % (high + normal + low)
            let lane: Lane = place < high ? .high : (place < high + normal ? .normal : .low)
            quotas[lane, default: 0] += 1
        }
        return quotas
    }
}
