/// An exemption of tangible personal property.
package struct TangibleExemption: Sendable, Equatable, Codable {
    /// One letter.
    package let code: String
    /// What it is granted for.
    package let meaning: String

    private static let letters = Set(all.compactMap { $0.code.utf8.first })

    /// The sum of the values in a list `code;value;code;value…`; nil when it is not such a list.
    static func total(of list: UnsafeBufferPointer<UInt8>) -> Int? {
        var total = 0
        let complete = forEach(in: list) { _, value in total += value }
        return complete ? total : nil
    }

    /// Calls the body with each code and value; false when the text is not a list of known codes.
    static func forEach(in list: UnsafeBufferPointer<UInt8>, _ body: (UInt8, Int) -> Void) -> Bool {
        var parts = list.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[...]
        while let code = parts.popFirst() {
            guard code.count == 1, let letter = code.first, letters.contains(letter), let digits = parts.popFirst(),
                let value = DecimalText.integer(UnsafeBufferPointer(rebasing: digits))
            else { return false }
            body(letter, value)
        }
        return true
    }
}
