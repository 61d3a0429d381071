/// Guesses what a column holds from its header and its values.
struct KindDetection {
    private let words: Set<String>
    private let joined: String
    private let values: [String]
    private let isUnique: Bool
    private let distinctShare: Double
    private let recordCount: Int

    /// Looks at a column of a table.
    init(_ table: RecordTable, column: Int) {
        let name = table.names[column]
        joined = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        words = Set(Self.words(name))
        let distinct = table.distinctCount(column: column)
        // The first distinct values stand for all: they are in the order of the file.
        values = (0..<min(2_000, distinct)).map { id in
            table.columns[column].values.withBytes(of: id) { String(decoding: $0, as: UTF8.self) }
        }.filter { !$0.isEmpty }
        isUnique = table.count > 1 && distinct == table.count
        recordCount = table.count
        distinctShare = Double(distinct) / Double(max(1, table.count))
    }

    /// The likeliest kind.
    var kind: ColumnKind {
        // A value that all records share says nothing.
        if values.isEmpty || isConstant || isLabel { return .ignored }
        return kindOfName ?? kindOfValues
    }

    private var isConstant: Bool { values.count < 2 && recordCount > 2 }

    /// Why a column is left out, for people; nil where it is compared.
    var reasonToIgnore: String? {
        if values.isEmpty { return "is empty" }
        if isConstant { return "has one value only" }
        return isLabel ? "looks like a record number or label" : nil
    }

    /// Whether the header names a record number or the answer itself.
    private var isLabel: Bool {
        let labels: Set<String> = [
            "class", "label", "cluster", "clusterid", "entityid", "truth", "groundtruth", "groundtruthid", "matchid",
            "ismatch", "goldstandard", "unnamed0", "sourcedataset", "source", "dataset", "isduplicate", "duplicateof",
            "duplicate", "matched", "gold", "golden", "blockingnumber",
        ]
        let numbered: Set<String> = ["entity", "person", "group", "match", "block", "target", "dup", "original"]
        return labels.contains(joined) || isRecordNumber || (numbered.contains(joined) && hasMost(Self.isNumber))
    }

    /// Whether the column numbers the records.
    var isRecordNumber: Bool {
        let names: Set<String> = [
            "id", "recid", "recordid", "uniqueid", "rowid", "row", "index", "idx", "key", "sourceid", "recordnumber",
        ]
        if names.contains(joined) || (joined.hasPrefix("id") && joined.count < 12 && isUnique && words.count <= 2) {
            return true
        }
        // `customer_id` and `True Id` number records or entities of one file; numbers that the world gives are told apart.
        let endings = ["id", "uuid", "guid"]
        let isNumbered = endings.contains { words.contains($0) } || Self.entities.contains { joined == $0 + "id" }
        return isNumbered && !namesIdentifier
    }

    private static let entities = [
        "person", "customer", "client", "patient", "entity", "cluster", "group", "record", "true", "real", "dup",
        "duplicate", "match", "original", "voter", "member", "user", "company", "business", "restaurant", "listing",
    ]

    private func says(_ names: String...) -> Bool { names.contains { words.contains($0) } }
    private func includes(_ parts: String...) -> Bool { parts.contains { joined.contains($0) } }

    /// Whether the header names a number that the world gives, and not this file.
    private var namesIdentifier: Bool {
        let parts = [
            "socsec", "socialsec", "ssn", "taxid", "passport", "license", "licence", "docnumber", "documentnumber",
            "isbn", "issn", "modelno", "serial", "accountnumber", "natid", "nationalid", "nationalnumber", "medicare",
        ]
        return parts.contains { joined.contains($0) }
            || says("fei", "ein", "npi", "doi", "sku", "upc", "ean", "vin", "duns", "lei", "nhs")
    }

    private var kindOfName: ColumnKind? {
        if includes("email", "mailaddress") || says("mail") && hasMost({ $0.contains("@") }) { return .email }
        if includes("phone", "mobile", "telefon") || says("tel", "fax", "cell") { return .phone }
        if includes("birth", "dob") { return .date }
        if says("date", "day", "dt"), values.count(where: Self.isDate) * 2 >= values.count { return .date }
        if includes("zip", "postcode", "postal", "plz") { return .zip }
        if namesIdentifier { return .identifier }
        if includes("firstname", "givenname", "forename", "fname", "middlename", "givenn") || says("first", "given") {
            return .givenName
        }
        if includes("lastname", "surname", "familyname", "lname", "secondname") || says("last", "family") {
            return .familyName
        }
        if includes("streetnumber", "housenumber", "houseno", "streetno", "streetnum") { return .streetNumber }
        if says("city", "town", "suburb", "locality", "municipality", "village") { return .city }
        if says("state", "province", "country", "region", "county", "gender", "sex") { return .category }
        if includes("addr", "street") || says("line1", "line2") { return .address }
        if includes("company", "business", "organisation", "organization", "employer", "firm", "entityname", "venue") {
            return joined.contains("venue") ? .text : .companyName
        }
        if says("owner", "person", "contact", "officer") || includes("fullname", "ownname", "ownnam") {
            return looksPersonal ? .personName : .companyName
        }
        if says("name"), !says("product") {
            // A name that very many records share is one of a list: a programme, a department.
            if recordCount > 200, distinctShare < 0.02 { return .category }
            return looksPersonal ? .personName : .companyName
        }
        if says("year", "price", "amount", "latitude", "longitude", "lat", "lon", "lng", "age", "size", "weight") {
            return hasMost(Self.isNumber) ? .number : nil
        }
        return nil
    }

    private var kindOfValues: ColumnKind {
        if hasMost({ $0.contains("@") && $0.contains(".") }) { return .email }
        if hasMost(Self.isDate) { return .date }
        if hasMost(Self.isPhone) { return .phone }
        if hasMost({ $0.count == 5 && $0.allSatisfy(\.isNumber) }), distinctShare < 0.7 { return .zip }
        if hasMost(Self.isNumber) { return hasMost(Self.isLongNumber) && distinctShare > 0.8 ? .identifier : .number }
        if hasMost(Self.isCode), distinctShare > 0.5 { return .identifier }
        let words = values.reduce(0) { $0 + $1.split(separator: " ").count }
        if distinctShare < 0.1, words <= 3 * values.count { return .category }
        return .text
    }

    /// Whether the names are of persons: few have a legal form, and many a comma or a known given name.
    private var looksPersonal: Bool {
        var scratch: [UInt8] = []
        var companies = 0
        var persons = 0
        for value in values {
            var text = value
            text.withUTF8 { TextFolding.fold($0, into: &scratch) }
            let names = scratch.split(separator: TextFolding.space)
            if CompanyName.hasLegalForm(scratch) {
                companies += 1
            } else if (2...4).contains(names.count),
                names.contains(where: { Nicknames.root($0) != 0 }) || value.contains(",")
            {
                persons += 1
            }
        }
        return persons * 4 > values.count && companies * 10 < values.count
    }

    private func hasMost(_ test: (String) -> Bool) -> Bool { values.count { test($0) } * 10 >= values.count * 9 }

    private static func isNumber(_ text: String) -> Bool {
        Double(text.filter { $0 != "," && $0 != "$" }) != nil
    }

    private static func isLongNumber(_ text: String) -> Bool { text.count >= 6 && text.allSatisfy(\.isNumber) }

    private static func isDate(_ text: String) -> Bool {
        guard text.count >= 8, text.count <= 24, text.contains(where: \.isNumber) else { return false }
        var text = text
        let digits = text.withUTF8(CalendarDay.normalise)
        guard digits.count == 8, text.filter(\.isNumber).count >= 6 else { return false }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        return (1_800_01_01...2_200_12_31).contains(number) && (1...12).contains(number / 100 % 100)
            && (1...31).contains(number % 100)
    }

    private static func isPhone(_ text: String) -> Bool {
        let digits = text.count(where: \.isNumber)
        return (7...15).contains(digits) && digits < text.count && text.count <= 24
            && text.allSatisfy { $0.isNumber || "+-()/. x".contains($0) } && !text.contains(":")
    }

    private static func isCode(_ text: String) -> Bool {
        text.count >= 4 && text.contains(where: \.isNumber) && !text.contains(" ")
    }

    /// The words of a header: `OwnAddr_1` as `own`, `addr` and `1`.
    private static func words(_ name: String) -> [String] {
        var words: [String] = [""]
        var isLower = false
        for character in name {
            if !(character.isLetter || character.isNumber) || (character.isUppercase && isLower) { words.append("") }
            isLower = character.isLowercase
            if character.isLetter || character.isNumber { words[words.count - 1] += character.lowercased() }
        }
        return words.filter { !$0.isEmpty }
    }
}
