/// Strikes values out of the server's messages.
///
/// PostgreSQL quotes names and values alike: `violates unique constraint "sales_pkey"`, `invalid input syntax for type
/// integer: "secret"`. Only names that the server also sent as a field of their own stay.
enum MessageRedaction {
    /// The first line of a message, without anything quoted but the given names.
    ///
    /// A value may contain quotes itself, so everything between the first and the last quote that does not belong to a
    /// name goes.
    static func redact(_ message: String, keeping names: [String]) -> String {
        var text = message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
        for name in names where !name.isEmpty && !name.contains("\"") {
            text = text.replacing("\"\(name)\"", with: "\u{1}\(name)\u{1}")
        }
        if let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\"") {
            // A lone quote opened a value that went on in the lines after the first.
            let end = first == last ? text.endIndex : text.index(after: last)
            text.replaceSubrange(first..<end, with: "\"…\"")
        }
        return text.replacing("\u{1}", with: "\"")
    }

    /// What may be said of a server's error: its redacted message, or nothing where a function chose the words.
    static func summary(_ message: String, sqlState: String, names: [String]) -> String {
        switch sqlState {
        case "42P01", "42703", "42704", "42883":
            // The quoted thing is a name from the SQL text, without which the error is of no use.
            redact(message, keeping: names + quotedNames(message))
        case _ where sqlState.hasPrefix("P0"):
            "an error raised by a function of the database"
        default:
            redact(message, keeping: names)
        }
    }

    /// What looks like a quoted name: letters, digits, underscores and dots.
    private static func quotedNames(_ message: String) -> [String] {
        message.matches(of: #/"([A-Za-z0-9_.]+)"/#).map { String($0.output.1) }
    }
}
