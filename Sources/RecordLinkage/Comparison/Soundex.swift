/// The Soundex code of a name, as the National Archives define it, for blocking.
enum Soundex {
    /// Letter and three digits packed into a number; 0 for a text without a letter.
    static func code(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var code: UInt32 = 0
        var length = 0
        var last: UInt8 = 0
        for byte in name {
            guard byte >= 0x61, byte <= 0x7a else { continue }
            let digit = digits[Int(byte - 0x61)]
            if length == 0 {
                code = UInt32(byte)
                length = 1
            } else if digit > 0, digit != last {
                code = code << 3 | UInt32(digit)
                length += 1
            }
            // H and W do not part two letters of one sound, vowels do.
            if byte != UInt8(ascii: "h"), byte != UInt8(ascii: "w") { last = digit }
            if length == 4 { return code }
        }
        return length == 0 ? 0 : code << UInt32(3 * (4 - length))
    }

    /// The sound of each letter from a to z.
    private static let digits: [UInt8] = [
        0, 1, 2, 3, 0, 1, 2, 0, 0, 2, 2, 4, 5, 5, 0, 1, 2, 6, 2, 3, 0, 1, 0, 2, 0, 2,
    ]
}
