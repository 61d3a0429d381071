/// A rule by which two records become candidates: all of its keys agree.
struct BlockingRule: Hashable {
    /// The keys; at most one of several words.
    let keys: [BlockingKey]

    init(_ keys: BlockingKey...) { self.keys = keys }

    /// The columns that agree, at least in part, for every pair of the rule.
    var columns: Set<Int> { Set(keys.map(\.column)) }

    /// The rules for a schema's columns, the most selective first.
    ///
    /// Each looks at other columns, so that an error in one column hides a pair from some of them only.
    static func all(for kinds: [ColumnKind]) -> [BlockingRule] {
        func columns(_ wanted: ColumnKind...) -> [Int] { kinds.indices.filter { wanted.contains(kinds[$0]) } }
        var rules: [BlockingRule] = []
        for column in columns(.identifier, .email) { rules.append(BlockingRule(.exact(column))) }
        for column in columns(.phone) { rules.append(BlockingRule(.suffix(column, 7))) }
        let given = columns(.givenName).first
        let family = columns(.familyName).first
        let dates = columns(.date)
        for date in dates { rules.append(BlockingRule(.exact(date))) }
        let zip = columns(.zip).first ?? columns(.city).first
        let address = columns(.address).first
        let number = columns(.streetNumber).first
        let names = columns(.companyName, .personName, .text)
        for name in names.prefix(3) { rules.append(BlockingRule(.rareWords(name))) }
        if let family {
            if let given { rules.append(BlockingRule(.sound(family), .sound(given))) }
            if let date = dates.first { rules.append(BlockingRule(.sound(family), .prefix(date, 4))) }
            if let zip { rules.append(BlockingRule(.sound(family), .exact(zip))) }
        }
        if let given {
            if let zip { rules.append(BlockingRule(.sound(given), .exact(zip))) }
            if let date = dates.first { rules.append(BlockingRule(.sound(given), .prefix(date, 6))) }
        }
        if let address {
            if let number { rules.append(BlockingRule(.exact(number), .mainWord(address))) }
            rules.append(BlockingRule(.houseNumber(address), .mainWord(address)))
            rules.append(BlockingRule(.rareWords(address)))
            if let zip { rules.append(BlockingRule(.houseNumber(address), .exact(zip))) }
        }
        for name in names.prefix(2) {
            rules.append(BlockingRule(.prefix(name, 6)))
            if let zip { rules.append(BlockingRule(.sound(name), .exact(zip))) }
        }
        for column in columns(.city, .category, .number, .zip) where rules.isEmpty {
            rules.append(BlockingRule(.exact(column)))
        }
        if rules.isEmpty { rules = kinds.indices.map { BlockingRule(.exact($0)) } }
        return Array(rules.prefix(16))
    }

    /// The keys by which an oversized block is split, in the order in which they are tried.
    func refinements(for kinds: [ColumnKind]) -> [BlockingKey] {
        let open = kinds.indices.filter { !columns.contains($0) }
        func first(_ wanted: ColumnKind...) -> Int? { open.first { wanted.contains(kinds[$0]) } }
        var keys: [BlockingKey] = []
        if let name = first(.companyName, .personName, .text) { keys.append(.prefix(name, 3)) }
        if let family = first(.familyName) { keys.append(.prefix(family, 2)) }
        if let zip = first(.zip) { keys.append(.exact(zip)) }
        if let date = first(.date) { keys.append(.prefix(date, 4)) }
        if let address = first(.address) { keys.append(.mainWord(address)) }
        if let given = first(.givenName) { keys.append(.prefix(given, 2)) }
        if let city = first(.city, .category) { keys.append(.prefix(city, 4)) }
        return keys
    }
}
