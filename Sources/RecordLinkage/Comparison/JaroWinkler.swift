/// The Jaro–Winkler similarity of short strings (Winkler 1990), on bytes and without allocation.
package enum JaroWinkler {
    /// 1 for equal strings, 0 for strings that have nothing in common; only the first 64 bytes count.
    package static func similarity(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Double {
        let n = min(left.count, 64)
        let m = min(right.count, 64)
        guard n > 0, m > 0 else { return n == m ? 1 : 0 }
        let window = max(0, max(n, m) / 2 - 1)
        var usedLeft: UInt64 = 0
        var usedRight: UInt64 = 0
        for i in 0..<n {
            let low = max(0, i - window)
            let high = min(m, i + window + 1)
            var j = low
            while j < high {
                if usedRight & (1 << UInt64(j)) == 0, left[i] == right[j] {
                    usedLeft |= 1 << UInt64(i)
                    usedRight |= 1 << UInt64(j)
                    break
                }
                j += 1
            }
        }
        let matches = usedLeft.nonzeroBitCount
        guard matches > 0 else { return 0 }
        var transposed = 0
        while usedLeft != 0 {
            if left[usedLeft.trailingZeroBitCount] != right[usedRight.trailingZeroBitCount] { transposed += 1 }
            usedLeft &= usedLeft - 1
            usedRight &= usedRight - 1
        }
        let count = Double(matches)
        let jaro = (count / Double(n) + count / Double(m) + (count - Double(transposed / 2)) / count) / 3
        var prefix = 0
        while prefix < min(4, n, m), left[prefix] == right[prefix] { prefix += 1 }
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }
}
