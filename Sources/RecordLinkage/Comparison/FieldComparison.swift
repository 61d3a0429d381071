import Foundation

/// Compares the values of one column and answers the level of their agreement.
struct FieldComparison: Sendable {
    let table: ValueTable
    /// The level of values that have nothing in common.
    private let different: UInt8

    init(_ table: ValueTable) {
        self.table = table
        different = UInt8(table.kind.orderedLevels)
    }

    /// 0 where one is missing, else the level as ``ColumnKind/levels`` numbers them.
    func level(_ left: UInt32, _ right: UInt32) -> UInt8 {
        if left == 0 || right == 0 { return 0 }
        if left == right {
            if !table.isMass.isEmpty, table.isMass[Int(left)] { return 0 }
            return !table.isCommon.isEmpty && table.isCommon[Int(left)] ? different + 1 : 1
        }
        switch table.kind {
        case .personName, .companyName, .text: return tokens(left, right)
        case .address: return address(left, right)
        case .number: return number(left, right)
        default:
            return table.withBytes(of: left) { a in table.withBytes(of: right) { b in short(a, b, left, right) } }
        }
    }

    private func short(
        _ a: UnsafeBufferPointer<UInt8>,
        _ b: UnsafeBufferPointer<UInt8>,
        _ left: UInt32,
        _ right: UInt32
    ) -> UInt8 {
        switch table.kind {
        case .givenName, .familyName: name(a, b, left, right)
        case .city, .category: words(a, b, left, right)
        case .zip: EditDistance.isWithinOne(a, b) ? 2 : a.prefix(3).elementsEqual(b.prefix(3)) ? 3 : different
        case .date: date(a, b)
        case .phone: phone(a, b)
        case .email: email(a, b)
        case .identifier: code(a, b, shortest: 4)
        case .streetNumber: code(a, b, shortest: 2)
        case .personName, .companyName, .text, .address, .number, .ignored: different
        }
    }

    private func name(
        _ a: UnsafeBufferPointer<UInt8>,
        _ b: UnsafeBufferPointer<UInt8>,
        _ left: UInt32,
        _ right: UInt32
    ) -> UInt8 {
        if !table.roots.isEmpty, table.roots[Int(left)] != 0, table.roots[Int(left)] == table.roots[Int(right)] {
            return 2
        }
        if min(a.count, b.count) >= 3, EditDistance.isWithinOne(a, b) { return 2 }
        if min(a.count, b.count) == 1 { return a.first == b.first && table.kind == .givenName ? 3 : different }
        guard table.letters[Int(left)].isNear(table.letters[Int(right)]) else { return different }
        return JaroWinkler.similarity(a, b) >= 0.88 ? 3 : different
    }

    private func words(
        _ a: UnsafeBufferPointer<UInt8>,
        _ b: UnsafeBufferPointer<UInt8>,
        _ left: UInt32,
        _ right: UInt32
    ) -> UInt8 {
        if min(a.count, b.count) >= 4, table.letters[Int(left)].isNear(table.letters[Int(right)]),
            EditDistance.isWithinOne(a, b) || JaroWinkler.similarity(a, b) >= 0.92
        {
            return 2
        }
        let (short, long) = a.count <= b.count ? (a, b) : (b, a)
        if Self.isAcronym(short, of: long) { return 2 }
        if short.count >= 3, long.starts(with: short) { return 2 }
        for left in a.split(separator: TextFolding.space) where left.count >= 3 {
            for right in b.split(separator: TextFolding.space) where left.elementsEqual(right) { return 3 }
        }
        return different
    }

    /// Whether `la` stands for `los angeles`.
    private static func isAcronym(_ short: UnsafeBufferPointer<UInt8>, of long: UnsafeBufferPointer<UInt8>) -> Bool {
        guard short.count >= 2, short.count <= 5 else { return false }
        var index = 0
        for word in long.split(separator: TextFolding.space) {
            guard index < short.count, word.first == short[index] else { return false }
            index += 1
        }
        return index == short.count
    }

    private func date(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> UInt8 {
        if EditDistance.isWithinOne(a, b) { return 2 }
        guard a.count == 8, b.count == 8 else { return EditDistance.distance(a, b, limit: 2) <= 2 ? 3 : different }
        let year = a[..<4].elementsEqual(b[..<4])
        let month = a[4..<6].elementsEqual(b[4..<6])
        let day = a[6...].elementsEqual(b[6...])
        if year, a[4..<6].elementsEqual(b[6...]), a[6...].elementsEqual(b[4..<6]) { return 2 }
        if (year && (month || day)) || (month && day) { return 3 }
        return year ? 4 : different
    }

    private func phone(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> UInt8 {
        if min(a.count, b.count) >= 7, a.suffix(7).elementsEqual(b.suffix(7)) { return 2 }
        return EditDistance.isWithinOne(a, b) ? 3 : different
    }

    private func email(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> UInt8 {
        if EditDistance.isWithinOne(a, b) { return 2 }
        let names = (a.prefix { $0 != UInt8(ascii: "@") }, b.prefix { $0 != UInt8(ascii: "@") })
        if names.0.count >= 4, names.0.elementsEqual(names.1) { return 2 }
        let left = UnsafeBufferPointer(rebasing: names.0)
        let right = UnsafeBufferPointer(rebasing: names.1)
        return JaroWinkler.similarity(left, right) >= 0.9 ? 3 : different
    }

    private func code(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, shortest: Int) -> UInt8 {
        guard max(a.count, b.count) >= shortest else { return different }
        if EditDistance.isWithinOne(a, b) { return 2 }
        return min(a.count, b.count) >= shortest + 2 && EditDistance.distance(a, b, limit: 2) == 2 ? 3 : different
    }

    private func tokens(_ left: UInt32, _ right: UInt32) -> UInt8 {
        guard let tokens = table.tokens else { return different }
        let similarity = TokenSimilarity(table: tokens, isPersonal: table.kind != .companyName)
            .similarity(left, right)
        switch similarity {
        case 0.9...: return 2
        case 0.75...: return 3
        case 0.5...: return 4
        case 0.25...: return 5
        default: return different
        }
    }

    private func address(_ left: UInt32, _ right: UInt32) -> UInt8 {
        guard let tokens = table.tokens else { return different }
        let numbers = (
            UInt32(truncatingIfNeeded: table.codes[Int(left)]), UInt32(truncatingIfNeeded: table.codes[Int(right)])
        )
        let street = TokenSimilarity(table: tokens, isPersonal: false).similarity(left, right)
        let isMassive = !table.isMass.isEmpty && table.isMass[Int(left)] && table.isMass[Int(right)]
        if numbers.0 == numbers.1, numbers.0 != 0 {
            // Two suites of one mail drop are as little evidence as one.
            if isMassive, street >= 0.85 { return 0 }
            if street >= 0.85, table.isCommon[Int(left)], table.isCommon[Int(right)] { return different + 1 }
            return street >= 0.85 ? 2 : street >= 0.4 ? 3 : street >= 0.15 ? 7 : 7
        }
        if street >= 0.85 {
            if numbers.0 == 0 || numbers.1 == 0 { return numbers.0 == numbers.1 ? 2 : 4 }
            return Self.isNear(numbers.0, numbers.1) ? 5 : 6
        }
        if numbers.0 == 0, numbers.1 == 0, street >= 0.5 { return 3 }
        return different
    }

    /// Whether the digits of two numbers differ by one typing error.
    private static func isNear(_ left: UInt32, _ right: UInt32) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            func write(_ number: UInt32, at start: Int) -> UnsafeBufferPointer<UInt8> {
                var rest = number
                var index = start
                while rest > 0 {
                    digits[index] = UInt8(rest % 10)
                    rest /= 10
                    index += 1
                }
                return UnsafeBufferPointer(rebasing: digits[start..<index])
            }
            return EditDistance.isWithinOne(write(left, at: 0), write(right, at: 10))
        }
    }

    private func number(_ left: UInt32, _ right: UInt32) -> UInt8 {
        let a = Double(bitPattern: table.codes[Int(left)])
        let b = Double(bitPattern: table.codes[Int(right)])
        let gap = abs(a - b) / max(abs(a), abs(b), 1e-12)
        return gap <= 0.01 ? 2 : gap <= 0.05 ? 3 : gap <= 0.2 ? 4 : different
    }
}
