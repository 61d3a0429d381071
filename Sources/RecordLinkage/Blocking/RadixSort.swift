/// Sorts pairs of two 32-bit numbers by the upper one, in linear time and keeping the order of equal ones.
enum RadixSort {
    /// Sorts by bits 32 to 63.
    static func sortByUpperHalf(_ entries: inout [UInt64]) {
        guard entries.count > 4_096 else {
            entries.sort()
            return
        }
        var other = [UInt64](repeating: 0, count: entries.count)
        for shift in [UInt64(32), 48] {
            var places = [Int](repeating: 0, count: 65_537)
            for entry in entries { places[Int(entry >> shift & 0xffff) + 1] += 1 }
            for digit in 1...65_536 { places[digit] += places[digit - 1] }
            for entry in entries {
                let digit = Int(entry >> shift & 0xffff)
                other[places[digit]] = entry
                places[digit] += 1
            }
            swap(&entries, &other)
        }
    }
}
