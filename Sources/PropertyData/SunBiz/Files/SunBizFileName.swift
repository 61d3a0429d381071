/// The Division's name of a bulk file: `20260413c.txt`, `cordata3.txt`, `corevt.zip`.
package struct SunBizFileName: Sendable, Hashable, CustomStringConvertible {
    /// When a file is published, and what part of the register it holds.
    package enum Edition: Sendable, Hashable {
        /// The filings of one day.
        case daily(CalendarDate)
        /// The whole register, or the shard of document numbers that end in a digit.
        case quarterly(shard: Int?)
    }

    /// What its records are.
    package let kind: SunBizKind
    /// When it is published.
    package let edition: Edition
    /// The name as it was given, without a folder.
    package let text: String

    /// Reads a name in any case, with or without a folder before it and `.gz` after it; nil for a file whose records
    /// have no known layout, such as those of trademarks, liens and partnerships.
    package init?(parsing path: String) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let name = file.lowercased()
        if let match = name.wholeMatch(of: #/(\d{4})(\d{2})(\d{2})(ce|c|f)\.(?:txt(?:\.gz)?|zip)/#),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            let date = CalendarDate(year: year, month: month, day: day)
        {
            edition = .daily(date)
            kind = match.4 == "c" ? .corporations : match.4 == "ce" ? .corporationEvents : .fictitiousNames
        } else if let match = name.wholeMatch(of: #/(cordata|corevt|ficdata|ficfile)(\d)?(?:\.txt|\.zip)?(?:\.gz)?/#) {
            edition = .quarterly(shard: match.2.flatMap { Int($0) })
            kind = match.1 == "cordata" ? .corporations : match.1 == "corevt" ? .corporationEvents : .fictitiousNames
        } else {
            return nil
        }
        text = file
    }

    /// The day of a daily file.
    package var date: CalendarDate? { if case .daily(let date) = edition { date } else { nil } }

    /// Whether it is compressed.
    package var isCompressed: Bool { text.lowercased().hasSuffix(".gz") || text.lowercased().hasSuffix(".zip") }

    /// The name as it was given.
    package var description: String { text }

    /// Whether a file is to be loaded before another: the whole register first, then day by day, entities before their
    /// events.
    package static func isBefore(_ left: SunBizFileName, _ right: SunBizFileName) -> Bool {
        left.rank < right.rank
    }

    private var rank: (Int, Int, String) {
        let order = kind == .corporations ? 0 : kind == .corporationEvents ? 1 : 2
        return switch edition {
        case .quarterly: (0, order, text)
        case .daily(let date): (date.daysSince1970 + 1_000_000, order, text)
        }
    }
}
