import Hummingbird

/// What a caller prefers (RFC 7240, section 4): `respond-async`, `wait=SECONDS`.
struct Preferences: Hashable {
    /// Whether an answer before the end is wanted as soon as the time to wait is over.
    var respondsAsync = false
    /// How many seconds to wait; `nil` where it is not said.
    var waitSeconds: Int?

    /// Reads the `Prefer` headers; of a preference that stands twice the first counts, and unknown ones count nothing.
    init(_ headers: HTTPFields) {
        // Several headers of one name are one list, joined by commas.
        for preference in (headers[named: "Prefer"] ?? "").split(separator: ",") {
            // Parameters of a preference follow after a semicolon; neither of ours has any.
            let words = preference.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map { word in
                word.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased()
            }
            switch (words.first, words.count > 1 ? Int(words[1]) : nil) {
            case ("respond-async"?, _): respondsAsync = true
            case ("wait"?, let seconds?) where seconds >= 0: waitSeconds = waitSeconds ?? seconds
            default: break
            }
        }
    }

    /// How long to wait under a server's rules.
    func wait(in configuration: GatewayConfiguration) -> Duration {
        if let waitSeconds { return min(.seconds(waitSeconds), configuration.maximumWait) }
        return respondsAsync ? .zero : configuration.defaultWait
    }

    /// The value of `Preference-Applied`; `nil` where nothing was asked for.
    func applied(waited: Duration) -> String? {
        let words = [
            respondsAsync ? "respond-async" : nil, waitSeconds == nil ? nil : "wait=\(waited.components.seconds)",
        ]
        let text = words.compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? nil : text
    }
}
