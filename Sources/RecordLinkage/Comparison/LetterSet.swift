/// Which letters and digits a word has, in 32 bits: tells most unlike words apart without comparing them.
struct LetterSet: Sendable {
    private let bits: UInt32

    /// Collects the letters of a word.
    init(_ word: some Sequence<UInt8>) {
        var bits: UInt32 = 0
        for byte in word {
            switch byte {
            case 0x61...0x7a: bits |= 1 << UInt32(byte - 0x61)
            // Digits share the bits that letters leave.
            case 0x30...0x39: bits |= 1 << UInt32(26 + (byte - 0x30) % 6)
            default: break
            }
        }
        self.bits = bits
    }

    /// Whether words of these letters can be nearly equal: a typing error changes two letters at most, and few words are
    /// near with more than two errors.
    @inline(__always)
    func isNear(_ other: LetterSet) -> Bool { (bits ^ other.bits).nonzeroBitCount <= 5 }
}
