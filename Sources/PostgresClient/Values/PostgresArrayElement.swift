/// A type of which arrays can be read from one column.
package protocol PostgresArrayElement: Sendable {
    /// Whether a column of this type holds such arrays.
    static func acceptsArray(_ type: PostgresType) -> Bool

    /// Reads the text form of a whole column value; nil when it does not fit.
    static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [Self]?
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func accepts(_ type: PostgresType) -> Bool { Element.acceptsArray(type) }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let elements = Element.array(postgresText: text) else { return nil }
        self = elements
    }
}

extension UInt8: PostgresArrayElement {
    package static func acceptsArray(_ type: PostgresType) -> Bool { type == .bytea }

    /// Reads the `\x…` form.
    package static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x"), text.count % 2 == 0 else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        case 65...70: byte - 55
        default: nil
        }
    }
}

extension String: PostgresArrayElement {
    package static func acceptsArray(_ type: PostgresType) -> Bool { type.isTextArray }

    /// Reads an array without null elements.
    package static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [String]? {
        guard let elements = PostgresArrayText.decode(text) else { return nil }
        let values = elements.compactMap(\.self)
        return values.count == elements.count ? values : nil
    }
}

extension Int: PostgresArrayElement {
    package static func acceptsArray(_ type: PostgresType) -> Bool { type.isIntegerArray }

    /// Reads an array without null elements.
    package static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [Int]? {
        guard let elements = PostgresArrayText.decode(text) else { return nil }
        let values = elements.compactMap { $0.flatMap { Int($0) } }
        return values.count == elements.count ? values : nil
    }
}
