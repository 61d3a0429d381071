/// Random numbers of a seed (SplitMix64), the same on every machine.
struct SampleRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// Whether something happens that has this probability.
    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    /// A number below the bound; 0 is the most frequent, as names are.
    mutating func skewed(_ bound: Int) -> Int {
        let uniform = Double.random(in: 0..<1, using: &self)
        return min(bound - 1, Int(Double(bound) * uniform * uniform))
    }

    /// An element, the first ones more often.
    mutating func pick(_ list: [String]) -> String { list[skewed(list.count)] }
}
