/// Words that number things, which are equal or not at all.
enum Numeral {
    /// Whether a byte is a digit.
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Whether a word has a digit.
    static func hasDigit(_ word: UnsafeBufferPointer<UInt8>) -> Bool { word.contains(where: isDigit) }

    /// Whether a word reads as a Roman numeral below 40: a single letter does too.
    static func isRoman(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        !word.isEmpty
            && word.allSatisfy { $0 == UInt8(ascii: "i") || $0 == UInt8(ascii: "v") || $0 == UInt8(ascii: "x") }
    }

    /// Whether two strings have the same digits in the same order, whatever else stands between them.
    static func areDigitsEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        for digit in left where isDigit(digit) {
            while index < right.count, !isDigit(right[index]) { index += 1 }
            guard index < right.count, right[index] == digit else { return false }
            index += 1
        }
        return !right[index...].contains(where: isDigit)
    }
}
