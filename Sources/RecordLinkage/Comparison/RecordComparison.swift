/// Compares two records, column by column, into one pattern.
struct RecordComparison: Sendable {
    /// The levels of a pair: four bits a column, the first column lowest.
    typealias Pattern = UInt64

    let tables: [ValueTable]
    private let fields: [FieldComparison]
    /// Pairs of a given-name and a family-name column, whose values are sometimes swapped.
    private let swappable: [(given: Int, family: Int)]

    init(_ tables: [ValueTable]) {
        self.tables = tables
        fields = tables.map(FieldComparison.init)
        let given = tables.indices.filter { tables[$0].kind == .givenName }
        let family = tables.indices.filter { tables[$0].kind == .familyName }
        // A middle name is a second given name; the first one stands beside the family name.
        swappable = zip(given, family).map { ($0, $1) }
    }

    /// How many columns there are.
    var columnCount: Int { tables.count }

    /// The levels of a pair of records, numbered through both tables.
    func pattern(_ left: Int, _ right: Int) -> Pattern {
        var pattern: Pattern = 0
        for index in fields.indices {
            let values = tables[index].values
            pattern |= UInt64(fields[index].level(values[left], values[right])) << UInt64(4 * index)
        }
        for pair in swappable {
            let isOpen = Self.level(pattern, pair.given) >= 3 && Self.level(pattern, pair.family) >= 3
            guard isOpen, isSwapped(pair, left, right) else { continue }
            pattern &= ~(15 << UInt64(4 * pair.given) | 15 << UInt64(4 * pair.family))
            pattern |= 5 << UInt64(4 * pair.given) | 5 << UInt64(4 * pair.family)
        }
        return pattern
    }

    /// The level of one column.
    @inline(__always)
    static func level(_ pattern: Pattern, _ column: Int) -> Int { Int(pattern >> UInt64(4 * column) & 15) }

    private func isSwapped(_ pair: (given: Int, family: Int), _ left: Int, _ right: Int) -> Bool {
        let (given, family) = (tables[pair.given], tables[pair.family])
        func areEqual(_ a: UInt32, _ b: UInt32) -> Bool {
            given.withBytes(of: a) { x in
                family.withBytes(of: b) { y in x.count == y.count && x.first == y.first && x.elementsEqual(y) }
            }
        }
        return areEqual(given.values[left], family.values[right]) && areEqual(given.values[right], family.values[left])
    }
}
