import Testing

@testable import RecordLinkage

@Suite("Comparison")
struct ComparisonTests {
    @Test(
        "Jaro–Winkler gives the published values",
        arguments: [
            ("martha", "marhta", 0.9611), ("dixon", "dicksonx", 0.8133), ("dwayne", "duane", 0.84),
            ("", "", 1), ("a", "", 0), ("abc", "abc", 1), ("abc", "xyz", 0),
        ]
    )
    func jaroWinkler(left: String, right: String, value: Double) {
        #expect(abs(withBytes(left, right, JaroWinkler.similarity) - value) < 0.0001)
        #expect(withBytes(right, left, JaroWinkler.similarity) == withBytes(left, right, JaroWinkler.similarity))
    }

    @Test(
        "a transposition is one error",
        arguments: [
            ("smith", "smiht", 1), ("smith", "smyth", 1), ("smith", "smit", 1), ("smith", "jones", 5), ("", "abc", 3),
            ("kitten", "sitting", 3), ("abcd", "badc", 2),
        ]
    )
    func edits(left: String, right: String, distance: Int) {
        #expect(withBytes(left, right, EditDistance.distance) == distance)
        #expect(withBytes(left, right, EditDistance.isWithinOne) == (distance <= 1))
    }

    @Test("the quick test for one error agrees with the full distance")
    func withinOne() {
        var state: UInt64 = 3
        func word() -> String {
            state = ByteHash.mix(state)
            var rest = state
            return String(
                (0..<Int(state % 6)).map { _ -> Character in
                    rest /= 3
                    return ["a", "b", "c"][Int(rest % 3)]
                }
            )
        }
        for _ in 0..<5_000 {
            let (left, right) = (word(), word())
            let isNear = withBytes(left, right, EditDistance.distance) <= 1
            #expect(withBytes(left, right, EditDistance.isWithinOne) == isNear, "\(left) \(right)")
        }
    }

    @Test(
        "two values agree as a person would say",
        arguments: [
            ("robert", "bob", ColumnKind.givenName, "variant or one typo"),
            ("r", "robert", .givenName, "similar or initial"),
            ("smith", "smiht", .familyName, "variant or one typo"), ("smith", "jones", .familyName, "different"),
            ("los angeles", "la", .city, "similar or abbreviated"),
            ("coral springs", "bonita springs", .city, "part in common"),
            ("19850102", "19850201", .date, "one typo or day and month swapped"),
            ("19850102", "19851102", .date, "one typo or day and month swapped"),
            ("19850112", "19850530", .date, "same year"), ("33301", "33310", .zip, "one typo"),
            ("33301", "33355", .zip, "same area"),
            ("3105550100", "2125550100", .phone, "same local number"), ("100", "103", .number, "within 5 %"),
            ("12 main street", "12 main st apt 4", .address, "same number, same street"),
            ("12 main street", "21 main st", .address, "same street, number nearly"),
            ("12 main street", "750 main st", .address, "same street, other number"),
            ("smith,john", "john smith", .personName, "exact"),
            ("john smith", "jon smith", .personName, "almost the same words"),
            ("arnie mortons of chicago", "arnie mortons", .companyName, "mostly the same words"),
            ("sun trust bank", "suntrust bank", .companyName, "almost the same words"),
            ("", "x", .text, "missing"),
        ]
    )
    func levels(left: String, right: String, kind: ColumnKind, words: String) throws {
        let level = try Self.level(left, right, kind)
        #expect((level == 0 ? "missing" : kind.levels[Int(level) - 1]) == words)
        #expect(try Self.level(right, left, kind) == level)
    }

    @Test(
        "words that number are equal or not at all, written apart or not",
        arguments: [
            ("1", "12"), ("ii", "iii"), ("i", "ii"), ("sunset1", "sunset2"), ("sunset1", "sunset12"),
            ("sunset 1", "sunset2"), ("oakland i", "oakland"), ("sunset palm fund ii", "sunset palm fund iii"),
            ("1st", "1"),
        ]
    )
    func numerals(left: String, right: String) throws {
        // Without a word in common there is nothing alike: what agrees beside the numerals is below "almost the same".
        let level = try Self.level(left, right, .companyName)
        #expect(ColumnKind.companyName.levels[Int(level) - 1] != "almost the same words")
        if !left.contains(" "), !right.contains(" ") {
            #expect(ColumnKind.companyName.levels[Int(level) - 1] == "different")
        }
    }

    @Test("given and family name that stand in each other's place are seen")
    func swapped() throws {
        var table = RecordTable(names: ["first", "last"])
        try table.append(texts: ["mary", "johnson"])
        try table.append(texts: ["johnson", "mary"])
        let tables = [
            try ValueTable(.init("first", .givenName, left: 0, right: 0), left: table, right: nil),
            try ValueTable(.init("last", .familyName, left: 1, right: 1), left: table, right: nil),
        ]
        let pattern = RecordComparison(tables).pattern(0, 1)
        #expect(RecordComparison.level(pattern, 0) == 5)
        #expect(RecordComparison.level(pattern, 1) == 5)
    }

    @Test("an address that too many records share counts as missing, whatever the suite")
    func massAddress() throws {
        var table = RecordTable(names: ["address"])
        for suite in 1...6 { try table.append(texts: ["7901 4th St N Ste \(suite)"]) }
        try table.append(texts: ["12 Main St"])
        try table.append(texts: ["12 Main Street"])
        let column = LinkageSchema.Column("address", .address, left: 0, right: 0, massValueLimit: 5)
        let values = try ValueTable(column, left: table, right: nil)
        let comparison = FieldComparison(values)
        #expect(comparison.level(values.values[0], values.values[1]) == 0)
        #expect(comparison.level(values.values[6], values.values[7]) == 1)
    }

    private static func level(_ left: String, _ right: String, _ kind: ColumnKind) throws -> UInt8 {
        var table = RecordTable(names: ["value"])
        try table.append(texts: [left])
        try table.append(texts: [right])
        // Other words, so that the two words at hand are not in every record.
        for word in ["alpha", "beta gamma", "delta road"] { try table.append(texts: [word]) }
        let values = try ValueTable(.init("value", kind, left: 0, right: 0), left: table, right: nil)
        return FieldComparison(values).level(values.values[0], values.values[1])
    }
}
