/// Numbers that are the same for the same seed on every machine (SplitMix64, Steele et al, 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, a bound.
    ///
    /// Written out, since the standard library may change how it draws.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// A number from 0 up to, and without, 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Puts elements into an order of chance (Fisher and Yates).
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for place in elements.indices.dropFirst().reversed() { elements.swapAt(place, below(place + 1)) }
    }
}
