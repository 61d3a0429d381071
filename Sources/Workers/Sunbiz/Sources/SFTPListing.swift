import PropertyData

/// Lines of the `sftp` client's `ls -l`.
enum SFTPListing {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The file of a line: `-rw-r--r-- 1 1017 1018 3537655 Apr 13 20:21 20260413c.txt`; nil for anything else.
    static func file(_ line: String, today: CalendarDate) -> OfferedFile? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 9, words[0].hasPrefix("-"), let bytes = Int(words[4]),
            let name = SunBizFileName(parsing: String(words[8]))
        else { return nil }
        return OfferedFile(
            name: name,
            bytes: bytes,
            version: nil,
            modified: date(words[5], words[6], words[7], today: today)
        )
    }

    /// The day of `Apr 13 2026`, or of `Apr 13 20:21`, which is of the last twelve months.
    private static func date(
        _ month: Substring,
        _ day: Substring,
        _ rest: Substring,
        today: CalendarDate
    ) -> CalendarDate? {
        guard let month = months.firstIndex(of: String(month)), let day = Int(day) else { return nil }
        if let year = Int(rest) { return CalendarDate(year: year, month: month + 1, day: day) }
        // A day's tolerance: the server's zone may be ahead of ours.
        let candidates = [today.year + 1, today.year, today.year - 1]
            .compactMap { CalendarDate(year: $0, month: month + 1, day: day) }
        return candidates.first { $0 <= today.adding(days: 1) }
    }
}
