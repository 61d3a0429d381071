/// An exemption of tangible personal property.
package struct TangibleExemption: Sendable, Equatable, Codable {
    /// One letter.
    package let code: String
    /// What it is granted for.
    package let meaning: String

    /// A bit for each capital that is a code.
    private static let letters = all.compactMap { $0.code.utf8.first }.reduce(UInt32(0)) {
        $0 | 1 << UInt32($1 - UInt8(ascii: "A"))
    }

    /// The sum of the values in a list `code;value;code;value…`; nil when it is not such a list.
    static func total(of list: UnsafeBufferPointer<UInt8>) -> Int? {
        var total = 0
        let complete = forEach(in: list) { _, value in total += value }
        return complete ? total : nil
    }

    /// Calls the body with each code and value; false when the text is not a list of known codes.
    static func forEach(in list: UnsafeBufferPointer<UInt8>, _ body: (UInt8, Int) -> Void) -> Bool {
        var start = 0
        repeat {
            guard start + 1 < list.count, isCode(list[start]), list[start + 1] == UInt8(ascii: ";") else {
                return false
            }
            var end = start + 2
            while end < list.count, list[end] != UInt8(ascii: ";") { end += 1 }
            let digits = UnsafeBufferPointer(rebasing: list[(start + 2)..<end])
            guard let value = DecimalText.integer(digits) else { return false }
            body(list[start], value)
            start = end + 1
        } while start <= list.count
        return true
    }

    private static func isCode(_ byte: UInt8) -> Bool {
        byte.isUppercaseLetter && letters >> UInt32(byte - UInt8(ascii: "A")) & 1 == 1
    }
}
