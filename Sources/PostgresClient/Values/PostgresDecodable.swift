package import FoundationEssentials

/// A type that a column's value can be read as.
package protocol PostgresDecodable: Sendable {
    /// Whether a column of this type holds such values.
    static func accepts(_ type: PostgresType) -> Bool

    /// Reads the value's text form as the server sends it; nil when it does not fit.
    init?(postgresText text: UnsafeBufferPointer<UInt8>)
}

extension String: PostgresDecodable {
    /// Every type has a text form.
    package static func accepts(_ type: PostgresType) -> Bool { true }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(decoding: text, as: UTF8.self)
    }
}

extension Bool: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type == .bool }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 1 else { return nil }
        self = text[0] == UInt8(ascii: "t")
    }
}

extension Int: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type.isNumber }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(String(decoding: text, as: UTF8.self))
    }
}

extension Int64: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type.isNumber }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(String(decoding: text, as: UTF8.self))
    }
}

extension Int32: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type.isNumber }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(String(decoding: text, as: UTF8.self))
    }
}

extension Double: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type.isNumber }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(String(decoding: text, as: UTF8.self))
    }
}

extension Date: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool {
        [.timestamptz, .timestamp, .date].contains(type)
    }

    /// A `timestamp` and a `date` without a zone are read as UTC.
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let date = PostgresTimestamp.parse(text) else { return nil }
        self = date
    }
}

extension UUID: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type == .uuid }

    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        self.init(uuidString: String(decoding: text, as: UTF8.self))
    }
}
