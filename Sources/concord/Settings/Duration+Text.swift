extension Duration {
    /// Reads `500ms`, `5s`, `2m`, `1h` or `1d`; a bare number is milliseconds.
    ///
    /// `nil` for anything else, and below zero.
    init?(text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number.isFinite, number >= 0, number < 1e12 else { return nil }
        let milliseconds: Double
        switch text.dropFirst(digits.count) {
        case "", "ms": milliseconds = number
        case "s": milliseconds = number * 1000
        case "m", "min": milliseconds = number * 60_000
        case "h": milliseconds = number * 3_600_000
        case "d": milliseconds = number * 86_400_000
        default: return nil
        }
        self = .milliseconds(Int64(milliseconds))
    }
}
