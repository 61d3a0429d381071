/// A random number generator whose whole sequence follows from its seed, so that a history can be replayed.
///
/// The algorithm is that of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A number of a range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Whether something happens that happens so many times in a hundred.
    mutating func happens(percent: Int) -> Bool { number(1...100) <= percent }

    /// One of the choices; `nil` when there is none.
    mutating func one<T>(of choices: [T]) -> T? { choices.isEmpty ? nil : choices[number(0...choices.count - 1)] }

    /// One of the choices, of which there is at least one.
    mutating func one<T>(of first: T, _ others: T...) -> T {
        let place = number(0...others.count)
        return place == 0 ? first : others[place - 1]
    }
}
