import NIOHTTP1

/// The header Retry-After (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// How long the server wants to be left alone; `nil` where it does not say so in a known form.
    ///
    /// A date is taken relative to the answer's own Date, so that a wrong clock on either side does not matter; where the
    /// answer has none, relative to `now`, in seconds since 1970.
    static func delay(_ headers: HTTPHeaders, now: Int) -> Duration? {
        guard let text = headers.first(name: "Retry-After") else { return nil }
        if let seconds = Int(text) { return .seconds(min(max(0, seconds), 86_400)) }
        guard let moment = HTTPDate.seconds(text) else { return nil }
        let reference = headers.first(name: "Date").flatMap(HTTPDate.seconds) ?? now
        return .seconds(min(max(0, moment - reference), 86_400))
    }
}

/// A date of HTTP's preferred form, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970; `nil` for another form.
    static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        // Days of the civil calendar with years that begin in March, so that the leap day is the last.
        let shifted = month < 2 ? year - 1 : year
        let monthOfYear = (month + 10) % 12
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * monthOfYear + 2) / 5 + day - 1
        return (days - 719_468) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }
}
