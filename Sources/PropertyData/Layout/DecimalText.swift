/// Numbers written as ASCII digits.
enum DecimalText {
    /// A whole number of at most 18 digits without a sign; nil for anything else, an empty text included.
    @inline(__always)
    static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !text.isEmpty, text.count <= 18 else { return nil }
        var value = 0
        for byte in text {
            let digit = byte &- 48
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    /// A whole number that may have a minus sign.
    static func signed(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.first == UInt8(ascii: "-") else { return integer(text) }
        return integer(UnsafeBufferPointer(rebasing: text.dropFirst())).map { -$0 }
    }

    /// Whether the text is a number without a sign that may have decimals.
    static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return integer(text) != nil }
        let whole = UnsafeBufferPointer(rebasing: text[..<point])
        let fraction = UnsafeBufferPointer(rebasing: text[(point + 1)...])
        return (whole.isEmpty || integer(whole) != nil) && (fraction.isEmpty || integer(fraction) != nil)
            && text.count > 1
    }

    /// Whether the text is a number of this kind.
    static func matches(_ text: UnsafeBufferPointer<UInt8>, _ kind: FieldDefinition.Kind) -> Bool {
        switch kind {
        case .code, .text: true
        case .int, .numeric: integer(text) != nil
        case .signed: signed(text) != nil
        case .decimal: isDecimal(text)
        }
    }
}
