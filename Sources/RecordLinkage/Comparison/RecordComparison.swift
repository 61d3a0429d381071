/// Compares two records, column by column, into one pattern.
struct RecordComparison: Sendable {
    /// The levels of a pair: four bits a column, the first column lowest.
    typealias Pattern = UInt64

    let tables: [ValueTable]
    let fields: [FieldComparison]
    /// Pairs of a given-name and a family-name column, whose values are sometimes swapped.
    let swappable: [(given: Int, family: Int)]
    /// The values of the records, one record after the other, so that a record is read from one place.
    private let rows: [UInt32]

    init(_ tables: [ValueTable]) {
        self.tables = tables
        fields = tables.map(FieldComparison.init)
        let given = tables.indices.filter { tables[$0].kind == .givenName }
        let family = tables.indices.filter { tables[$0].kind == .familyName }
        // A middle name is a second given name; the first one stands beside the family name.
        swappable = zip(given, family).map { ($0, $1) }
        let columns = tables.count
        let count = tables.first?.values.count ?? 0
        rows = [UInt32](unsafeUninitializedCapacity: count * columns) { rows, filled in
            for (column, table) in tables.enumerated() {
                for record in 0..<count { rows[record * columns + column] = table.values[record] }
            }
            filled = count * columns
        }
    }

    /// The values of a record, for the length of the call.
    @inline(__always)
    func withRows<R>(
        _ left: Int,
        _ right: Int,
        _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> R?
    ) -> R? {
        rows.withUnsafeBufferPointer { rows in
            guard let base = rows.baseAddress else { return nil }
            return body(base + left * fields.count, base + right * fields.count)
        }
    }

    /// How many columns there are.
    var columnCount: Int { tables.count }

    /// The levels of a pair of records, numbered through both tables.
    func pattern(_ left: Int, _ right: Int) -> Pattern {
        var pattern: Pattern = 0
        for index in fields.indices {
            let a = rows[left * fields.count + index]
            let b = rows[right * fields.count + index]
            if a != 0, b != 0 { pattern |= UInt64(fields[index].level(a, b)) << UInt64(4 * index) }
        }
        markSwapped(&pattern, left, right)
        return pattern
    }

    /// Gives given and family names that stand in each other's place a level of their own.
    func markSwapped(_ pattern: inout Pattern, _ left: Int, _ right: Int) {
        for pair in swappable {
            let levels = (Self.level(pattern, pair.given), Self.level(pattern, pair.family))
            guard levels.0 == 0 || levels.0 >= 3, levels.1 == 0 || levels.1 >= 3,
                isSwapped(pair, left, right)
            else { continue }
            pattern &= ~(15 << UInt64(4 * pair.given) | 15 << UInt64(4 * pair.family))
            pattern |= 5 << UInt64(4 * pair.given) | 5 << UInt64(4 * pair.family)
        }
    }

    /// The level of one column.
    @inline(__always)
    static func level(_ pattern: Pattern, _ column: Int) -> Int { Int(pattern >> UInt64(4 * column) & 15) }

    /// Whether each name stands where the other one should, with a typing error at most, or one of the four is missing.
    private func isSwapped(_ pair: (given: Int, family: Int), _ left: Int, _ right: Int) -> Bool {
        let (given, family) = (tables[pair.given], tables[pair.family])
        func isAlike(_ a: UInt32, _ b: UInt32) -> Bool? {
            if a == 0 || b == 0 { return nil }
            return given.withBytes(of: a) { x in
                family.withBytes(of: b) { y in
                    if x.count == y.count, x.first == y.first, x.elementsEqual(y) { return true }
                    return min(x.count, y.count) >= 4 && EditDistance.isWithinOne(x, y)
                }
            }
        }
        guard let first = isAlike(given.values[left], family.values[right]) else {
            return isAlike(given.values[right], family.values[left]) == true
        }
        return first && isAlike(given.values[right], family.values[left]) != false
    }
}
