/// The name of a queue (one per worker kind) or of an action: 1 to 64 characters of `a–z 0–9 _ . -`, a letter first.
public struct QueueName: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The text, as it stands in Redis, in the API and in logs.
    public let rawValue: String

    /// Takes a text that is a legal name; `nil` otherwise.
    public init?(rawValue: String) {
        guard Self.isLegal(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a name written in source code; a text that is no legal name is a bug there.
    public init(stringLiteral value: String) {
        precondition(
            Self.isLegal(value),
            "a queue's name has 1 to 64 characters of a-z 0-9 _ . - and begins with a letter"
        )
        rawValue = value
    }

    /// Takes a name that Redis returned; no check.
    package init(trusted rawValue: String) { self.rawValue = rawValue }

    /// The text itself.
    public var description: String { rawValue }

    /// Whether a text may name a queue or an action.
    package static func isLegal(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
