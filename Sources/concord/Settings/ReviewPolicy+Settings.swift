import JobModel
import Orchestrator

extension ReviewPolicy {
    /// Reads the policy from the settings `review.*`.
    ///
    /// Each value holds for every reason of review; `; REASON=VALUE` behind it makes an exception, as in
    /// `24h; retries_exhausted=2h`.
    /// - Throws: ``SettingsError`` that names the key.
    init(_ text: (SettingKey) -> String) throws(SettingsError) {
        let due = try Self.parts(.reviewDueAfter, text(.reviewDueAfter), Self.duration)
        let remind = try Self.parts(.reviewRemindEvery, text(.reviewRemindEvery), Self.duration)
        let tiers = try Self.parts(.reviewTiers, text(.reviewTiers), Self.names)
        let overdue = try Self.parts(.reviewWhenOverdue, text(.reviewWhenOverdue), Self.measure)
        func rules(_ reason: ReviewReason?) -> Rules {
            Rules(
                dueAfter: due[reason] ?? due[nil] ?? nil,
                remindEvery: remind[reason] ?? remind[nil] ?? nil,
                tiers: tiers[reason] ?? tiers[nil] ?? [],
                whenOverdue: overdue[reason] ?? overdue[nil] ?? .remind
            )
        }
        var exceptions: [ReviewReason: Rules] = [:]
        for reason in ReviewReason.allCases where rules(reason) != rules(nil) { exceptions[reason] = rules(reason) }
        self.init(standard: rules(nil), exceptions: exceptions)
    }

    /// The parts of a value by their reason; the first is of none.
    private static func parts<Value>(
        _ key: SettingKey,
        _ text: String,
        _ read: (String) -> Value?
    ) throws(SettingsError) -> [ReviewReason?: Value] {
        var parts: [ReviewReason?: Value] = [:]
        for (place, part) in text.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
            var word = part.trimmed
            var reason: ReviewReason?
            if place > 0 {
                let pair = word.split(separator: "=", maxSplits: 1).map(\.trimmed)
                guard pair.count == 2, let named = ReviewReason(rawValue: pair[0]) else {
                    let known = ReviewReason.allCases.map(\.rawValue).joined(separator: ", ")
                    throw SettingsError(
                        .invalidValue,
                        key.name,
                        "\"\(word)\" must be REASON=VALUE; reasons are \(known)"
                    )
                }
                (reason, word) = (named, pair[1])
            }
            guard let value = read(word) else {
                throw SettingsError(.invalidValue, key.name, "\"\(word)\" is not accepted; see docs/configuration.md")
            }
            parts[reason] = value
        }
        return parts
    }

    private static func duration(_ text: String) -> Duration?? {
        if text.isEmpty || text == "none" { return .some(nil) }
        guard let time = Duration(text: text), time >= .seconds(1) else { return nil }
        return .some(time)
    }

    private static func names(_ text: String) -> [String]? {
        let names = text.split(separator: ",").map(\.trimmed)
        return names.allSatisfy { !$0.isEmpty && $0.utf8.count <= 100 } ? names : nil
    }

    private static func measure(_ text: String) -> Measure? { Measure(rawValue: text) }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
