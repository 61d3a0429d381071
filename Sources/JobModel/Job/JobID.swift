/// The identity of a job: 1 to 128 characters of `A–Z a–z 0–9 . _ : -`.
///
/// Everything up to the first `:` decides the partition, so a flow's steps (`op-…:E1`) live where the flow lives.
public struct JobID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text, as it stands in Redis, in the API and in logs.
    public let rawValue: String

    /// Takes a text that is a legal id; `nil` otherwise.
    public init?(rawValue: String) {
        guard (1...128).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isLegal) else { return nil }
        self.rawValue = rawValue
    }

    /// Takes a text that Redis returned or this process made; no check.
    package init(trusted rawValue: String) { self.rawValue = rawValue }

    /// The text itself.
    public var description: String { rawValue }

    /// The part of the id that decides the partition.
    package var partitionKey: Substring {
        rawValue.prefix { $0 != ":" }
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
