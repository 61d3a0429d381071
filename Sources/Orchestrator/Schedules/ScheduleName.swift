/// The name of a schedule: 1 to 64 characters of `A–Z a–z 0–9 . _ -`.
package struct ScheduleName: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text, as it stands in Redis, in the API and in logs.
    package let rawValue: String

    /// What is said of a text that is no name.
    package static let rule = "a schedule's name has 1 to 64 characters of A-Z a-z 0-9 . _ -"

    /// Takes a text that is a legal name; `nil` otherwise.
    package init?(rawValue: String) {
        guard (1...64).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isLegal) else { return nil }
        self.rawValue = rawValue
    }

    /// The text itself.
    package var description: String { rawValue }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
