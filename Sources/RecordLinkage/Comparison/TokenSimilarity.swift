/// Soft TF-IDF (Cohen, Ravikumar and Fienberg 2003): the cosine of two values' words, where words that are nearly equal
/// count as well, each by its likeness.
///
/// The measure is raised where the shorter value is contained in the longer one, and where both are equal but for spaces.
struct TokenSimilarity {
    let table: TokenTable
    /// Whether an initial and a nickname stand for a name.
    let isPersonal: Bool

    /// The likeness of two values, 0 to 1.
    func similarity(_ left: UInt32, _ right: UInt32) -> Double {
        var (short, long) = (table.range(left), table.range(right))
        if short.count > long.count { swap(&short, &long) }
        guard !short.isEmpty else { return 0 }
        var dot: Float = 0
        var covered: Float = 0
        var total: Float = 0
        var used: UInt32 = 0
        var open: UInt32 = 0
        for (position, index) in short.enumerated() {
            let token = table.tokens[index]
            let weight = table.weights[Int(token)]
            total += weight * weight
            if let partner = partner(token, in: long, used) {
                used |= 1 << UInt32(partner)
                dot += weight * weight
                covered += weight * weight
            } else {
                open |= 1 << UInt32(position)
            }
        }
        while open != 0 {
            let token = table.tokens[short.lowerBound + open.trailingZeroBitCount]
            open &= open - 1
            let (partner, likeness) = nearest(token, in: long, used)
            guard likeness > 0 else { continue }
            used |= 1 << UInt32(partner)
            let other = table.weights[Int(table.tokens[long.lowerBound + partner])]
            let weight = table.weights[Int(token)]
            // A typing error makes a word rare: the more frequent of the two says what the word is worth.
            let shared = min(weight, other)
            dot += Float(likeness) * max(shared * shared, 0.5 * weight * other)
            covered += Float(likeness) * weight * weight
        }
        let cosine = Double(dot / max(1e-6, table.norms[Int(left)] * table.norms[Int(right)]))
        let containment = short.count < 2 ? 0 : Double(covered / max(1e-6, total))
        // A name within a much longer one may be its beginning, or another name made of the same words.
        let contained = (cosine >= 0.5 ? 0.8 : 0.7) * containment * containment
        var best = min(1, max(cosine, contained))
        if best < 0.9, short.count != long.count { best = max(best, joined(short, long)) }
        return best
    }

    private func partner(_ token: UInt32, in range: Range<Int>, _ used: UInt32) -> Int? {
        for (position, index) in range.enumerated()
        where table.tokens[index] == token && used & (1 << UInt32(position)) == 0 {
            return position
        }
        return nil
    }

    private func nearest(_ token: UInt32, in range: Range<Int>, _ used: UInt32) -> (Int, Double) {
        var best = (-1, 0.0)
        for (position, index) in range.enumerated() where used & (1 << UInt32(position)) == 0 {
            let likeness = likeness(token, table.tokens[index])
            if likeness > best.1 { best = (position, likeness) }
        }
        return best
    }

    /// How far one word stands for another; 0 where it does not.
    private func likeness(_ left: UInt32, _ right: UInt32) -> Double {
        if isPersonal {
            let root = table.roots[Int(left)]
            if root != 0, root == table.roots[Int(right)] { return 0.95 }
        }
        return table.bytes.withUnsafeBufferPointer { bytes in
            let a = UnsafeBufferPointer(rebasing: bytes[table.byteRange(left)])
            let b = UnsafeBufferPointer(rebasing: bytes[table.byteRange(right)])
            let (short, long) = a.count <= b.count ? (a, b) : (b, a)
            // What numbers a thing is the same or another one; a person's initial may read as a numeral.
            if isNumeral(short) || isNumeral(long) { return 0 }
            if short.count == 1 { return short[0] == long[0] ? (isPersonal ? 0.8 : 0.5) : 0 }
            if short.count >= 3, long.count - short.count >= 2, long.starts(with: short) { return 0.85 }
            guard long.count - short.count <= 3, table.letters[Int(left)].isNear(table.letters[Int(right)]) else {
                return 0
            }
            if long.count >= 4, EditDistance.isWithinOne(short, long) { return 0.95 }
            let similarity = JaroWinkler.similarity(short, long)
            return similarity >= 0.9 ? similarity : 0
        }
    }

    private func isNumeral(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        Numeral.hasDigit(word) || (Numeral.isRoman(word) && !(isPersonal && word.count == 1))
    }

    /// Whether each Roman numeral of the first value stands in the second one too.
    private func hasNumerals(of left: Range<Int>, _ right: Range<Int>) -> Bool {
        table.bytes.withUnsafeBufferPointer { bytes in
            left.allSatisfy { index in
                let token = table.tokens[index]
                return !Numeral.isRoman(UnsafeBufferPointer(rebasing: bytes[table.byteRange(token)]))
                    || table.tokens[right].contains(token)
            }
        }
    }

    /// The likeness of the words written without spaces; 0 below 0.95.
    private func joined(_ left: Range<Int>, _ right: Range<Int>) -> Double {
        func length(_ range: Range<Int>) -> Int { range.reduce(0) { $0 + table.byteRange(table.tokens[$1]).count } }
        let (n, m) = (length(left), length(right))
        guard abs(n - m) <= 2, n >= 5 else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: n + m) { buffer in
            var end = 0
            for range in [left, right] {
                for index in range {
                    for byte in table.bytes[table.byteRange(table.tokens[index])] {
                        buffer[end] = byte
                        end += 1
                    }
                }
            }
            let a = UnsafeBufferPointer(rebasing: buffer[..<n])
            let b = UnsafeBufferPointer(rebasing: buffer[n..<(n + m)])
            if a.elementsEqual(b) { return 0.97 }
            guard EditDistance.isWithinOne(a, b), Numeral.areDigitsEqual(a, b) else { return 0 }
            return hasNumerals(of: left, right) && hasNumerals(of: right, left) ? 0.95 : 0
        }
    }
}
