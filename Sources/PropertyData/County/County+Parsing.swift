extension County {
    /// The county of a Department number, 11 to 77.
    package init(number: Int) throws(PropertyDataError) {
        self = try Self.find("DOR:\(number)") { $0.number == number }
    }

    /// The county of the existing API's code, 1 to 67.
    package init(alphabeticalCode code: Int) throws(PropertyDataError) {
        self = try Self.find(String(code)) { $0.alphabeticalCode == code }
    }

    /// Reads a name in any case (`BROWARD`, `Saint Johns`, `Dade`), `DOR:16`, `FIPS:12011`, or the code `01` to `67`.
    ///
    /// A bare number is always the existing API's alphabetical code: the Department's numbers overlap with it and have
    /// to be tagged.
    package init(parsing text: String) throws(PropertyDataError) {
        let key = Self.key(text)
        if let digits = Self.number(in: text, after: "DOR:") {
            self = try Self.find(text) { $0.number == digits }
        } else if let digits = Self.number(in: text, after: "FIPS:") {
            self = try Self.find(text) { $0.fips == digits }
        } else if let digits = Self.number(in: text, after: "") {
            self = try Self.find(text) { $0.alphabeticalCode == digits }
        } else {
            self = try Self.find(text) { Self.key($0.name) == key || $0.portalNames.contains { Self.key($0) == key } }
        }
    }

    /// Letters only, in lower case, with the saints spelled out and without a trailing "County".
    private static func key(_ text: String) -> String {
        var words = text.lowercased().split { !$0.isLetter }.map(String.init)
        if words.count > 1, words.last == "county" { words.removeLast() }
        return words.map { ["st", "ste"].contains($0) ? "saint" : $0 }.joined()
    }

    private static func number(in text: String, after tag: String) -> Int? {
        let trimmed = text.split(separator: " ").joined()
        guard trimmed.count > tag.count, trimmed.prefix(tag.count).uppercased() == tag else { return nil }
        let digits = trimmed.dropFirst(tag.count)
        return digits.allSatisfy { ("0"..."9").contains($0) } ? Int(digits) : nil
    }

    private static func find(
        _ text: String,
        _ matches: (County) -> Bool
    ) throws(PropertyDataError) -> County {
        guard let county = all.first(where: matches) else {
            throw PropertyDataError(
                .unknownCounty,
                "that is no Florida county: give a name such as BROWARD, a code from 01 to 67, "
                    + "DOR:11 to DOR:77, or FIPS:12001 to FIPS:12133"
            )
        }
        return county
    }
}
