/// The number of typing errors between two strings.
package enum EditDistance {
    /// The Damerau–Levenshtein distance with adjacent transpositions (optimal string alignment).
    ///
    /// Strings of more than 64 bytes are compared by their first 64.
    package static func distance(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        distance(left, right, limit: 64)
    }

    /// The distance where it is at most `limit`, or else some number above that.
    static func distance(
        _ left: UnsafeBufferPointer<UInt8>,
        _ right: UnsafeBufferPointer<UInt8>,
        limit: Int
    ) -> Int {
        let n = min(left.count, 64)
        let m = min(right.count, 64)
        guard n > 0, m > 0, abs(n - m) <= limit else { return max(n, m) }
        let width = m + 1
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * width) { rows in
            var before = 0
            var above = width
            var current = 2 * width
            for j in 0...m { rows[above + j] = UInt8(j) }
            for i in 1...n {
                rows[current] = UInt8(i)
                var least = i
                for j in 1...m {
                    let isEqual = left[i - 1] == right[j - 1]
                    var best = min(rows[above + j] + 1, rows[current + j - 1] + 1)
                    best = min(best, rows[above + j - 1] + (isEqual ? 0 : 1))
                    if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                        best = min(best, rows[before + j - 2] + 1)
                    }
                    rows[current + j] = best
                    least = min(least, Int(best))
                }
                // A transposition reaches back one row more, so that the row before may still lead below the limit.
                if least > limit + 1 { return least }
                (before, above, current) = (above, current, before)
            }
            return Int(rows[above + m])
        }
    }

    /// Whether one insertion, deletion, substitution or adjacent transposition makes them equal, or none.
    static func isWithinOne(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let n = left.count
        let m = right.count
        guard abs(n - m) <= 1 else { return false }
        var start = 0
        while start < min(n, m), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(n, m) - start, left[n - 1 - end] == right[m - 1 - end] { end += 1 }
        let restLeft = n - start - end
        let restRight = m - start - end
        if restLeft <= 1, restRight <= 1 { return true }
        return restLeft == 2 && restRight == 2 && left[start] == right[start + 1] && left[start + 1] == right[start]
    }
}
