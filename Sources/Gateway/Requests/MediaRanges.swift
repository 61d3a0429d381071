import Hummingbird

/// The forms of an answer that a caller reads, from its `Accept` header (RFC 9110, section 12.5.1).
struct MediaRanges {
    private struct Range {
        let type: Substring
        let subtype: Substring
        let weight: Double
    }

    private let ranges: [Range]

    /// Reads the header; without one, or with one that cannot be read, everything is accepted.
    init(_ headers: HTTPFields) {
        ranges = (headers[.accept] ?? "").split(separator: ",").compactMap { element in
            let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false), names.count == 2
            else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return Range(type: names[0], subtype: names[1], weight: weight ?? 1)
        }
    }

    /// How much a form is wanted, from 0 for not at all to 1; the most specific range counts.
    func weight(of form: String) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let names = form.lowercased().prefix { $0 != ";" }.split(separator: "/")
        guard names.count == 2 else { return 0 }
        let exact = ranges.first { $0.type == names[0] && $0.subtype == names[1] }
        let ofType = ranges.first { $0.type == names[0] && $0.subtype == "*" }
        let any = ranges.first { $0.type == "*" && $0.subtype == "*" }
        return (exact ?? ofType ?? any)?.weight ?? 0
    }

    /// The form that is wanted most, the earlier of two alike; `nil` where none is read.
    func best(of forms: [String]) -> String? {
        var best: (form: String, weight: Double)?
        for form in forms {
            let weight = weight(of: form)
            if weight > best?.weight ?? 0 { best = (form, weight) }
        }
        return best?.form
    }
}
