#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A moment of the server's clock, written as RFC 3339 in UTC with milliseconds.
struct Timestamp: Encodable, Sendable, Hashable {
    /// Milliseconds since 1970.
    let milliseconds: Int

    init(_ milliseconds: Int) { self.milliseconds = milliseconds }

    /// `nil` stays `nil`.
    init?(_ milliseconds: Int?) {
        guard let milliseconds else { return nil }
        self.milliseconds = milliseconds
    }

    /// The moment by this machine's clock.
    static var now: Timestamp { Timestamp(Int((Date().timeIntervalSince1970 * 1000).rounded())) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        // The style cuts digits off, and a date is a binary fraction that may lie just under its millisecond.
        let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000)
        try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
