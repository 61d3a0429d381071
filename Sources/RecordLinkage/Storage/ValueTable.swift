import Foundation

/// The distinct normalised values of one column of both tables, with what comparison needs of each.
///
/// Value 0 is the missing one.
final class ValueTable: Sendable {
    let kind: ColumnKind
    /// The value of each record: those of the left table, then those of the right.
    let values: [UInt32]
    /// How many records have each value.
    let counts: [UInt32]
    let bytes: [UInt8]
    let ends: [UInt32]
    /// House number and unit, or the bits of a number; empty for other kinds.
    let codes: [UInt64]
    /// The nickname list of each value, or of each token of a personal name.
    let roots: [UInt16]
    /// The letters of each value, where values are compared as one word.
    let letters: [LetterSet]
    let tokens: TokenTable?
    /// Values that too many records share to say anything.
    let isMass: [Bool]
    /// Values that so many records share that they are a level of their own.
    let isCommon: [Bool]
    /// How many records of one table share each value.
    let shared: [Int32]
    /// In how many records of one table a value is common.
    private static let commonCount = 5
    /// At how many house numbers a value is common: a copy of a record stays where it is, a branch of a chain does not.
    private static let commonSites = 3

    /// Normalises a column of one or two tables.
    ///
    /// In a listing of organisations, house numbers tell what is common, and words of cities say less within names.
    ///
    /// - Throws: `CancellationError`.
    init(_ column: LinkageSchema.Column, left: RecordTable, right: RecordTable?, context: ListingContext? = nil) throws
    {
        kind = column.kind
        var interner = ByteInterner()
        _ = interner.intern(UnsafeBufferPointer(start: nil, count: 0))
        var codes: [UInt64] = [0]
        var words = ByteInterner()
        var wordsOf: [UInt32] = [words.intern(UnsafeBufferPointer(start: nil, count: 0))]
        var scratch: [UInt8] = []
        var values: [UInt32] = []
        values.reserveCapacity(left.count + (right?.count ?? 0))
        for raw in [left.columns[column.left], right?.columns[column.right]].compactMap(\.self) {
            var normalised = [UInt32](repeating: 0, count: raw.values.count)
            for id in normalised.indices {
                if id & 0xfff == 0 { try Task.checkCancellation() }
                let value = raw.values.withBytes(of: id) { NormalisedValue($0, column.kind, scratch: &scratch) }
                let known = interner.count
                normalised[id] = value.text.withUnsafeBufferPointer { interner.intern($0) }
                if interner.count > known {
                    codes.append(value.code)
                    if let text = value.words {
                        wordsOf.append(text.withUnsafeBufferPointer { words.intern($0) })
                    }
                }
            }
            for id in raw.ids { values.append(normalised[Int(id)]) }
        }
        var counts = [UInt32](repeating: 0, count: interner.count)
        for value in values { counts[Int(value)] += 1 }
        letters =
            column.kind.hasTokens ? [] : (0..<interner.count).map { interner.withBytes(of: $0) { LetterSet($0) } }
        self.values = values
        self.counts = counts
        bytes = interner.bytes
        ends = interner.ends
        self.codes = column.kind == .address || column.kind == .number ? codes : []
        let shared = Self.shared(values, codes, wordsOf, leftCount: left.count, kind: column.kind)
        self.shared = shared.map(Int32.init)
        isMass = column.massValueLimit.map { limit in shared.map { $0 > limit } } ?? []
        if !column.kind.hasCommonLevel {
            isCommon = []
        } else if let sites = context?.sites, column.kind != .address {
            isCommon = Self.siteCounts(values, sites, count: interner.count).map { $0 >= Self.commonSites }
        } else {
            isCommon = shared.map { $0 >= Self.commonCount }
        }
        if column.kind.hasTokens {
            tokens =
                column.kind == .address
                ? TokenTable(words, valueTexts: wordsOf, counts: counts)
                : TokenTable(
                    interner,
                    valueTexts: (0..<UInt32(interner.count)).map(\.self),
                    counts: counts,
                    placeWords: column.kind == .companyName ? context?.placeWords ?? [] : []
                )
        } else {
            tokens = nil
        }
        roots =
            column.kind == .givenName
            ? (0..<interner.count).map { id in interner.withBytes(of: id) { Nicknames.root(Array($0)[...]) } } : []
    }

    /// How many records of one table share each value; the units of one house count together.
    private static func shared(
        _ values: [UInt32],
        _ codes: [UInt64],
        _ words: [UInt32],
        leftCount: Int,
        kind: ColumnKind
    ) -> [Int] {
        let count = codes.count
        var site = Array(0..<count)
        if kind == .address {
            var first: [UInt64: Int] = [:]
            for value in 1..<max(1, count) {
                let place = UInt64(words[value]) << 32 | codes[value] & 0xffff_ffff
                site[value] = first[place] ?? value
                if first[place] == nil { first[place] = value }
            }
        }
        var left = [Int](repeating: 0, count: count)
        var right = left
        for (record, value) in values.enumerated() {
            if record < leftCount { left[site[Int(value)]] += 1 } else { right[site[Int(value)]] += 1 }
        }
        return site.map { $0 == 0 ? 0 : max(left[$0], right[$0]) }
    }

    /// At how many house numbers each value occurs.
    private static func siteCounts(_ values: [UInt32], _ sites: [UInt32], count: Int) -> [Int] {
        var entries = zip(values, sites).compactMap { value, site in
            value == 0 || site == 0 ? nil : UInt64(value) << 32 | UInt64(site)
        }
        entries.sort()
        var counts = [Int](repeating: 0, count: count)
        for (index, entry) in entries.enumerated() where index == 0 || entry != entries[index - 1] {
            counts[Int(entry >> 32)] += 1
        }
        return counts
    }

    /// How many distinct values there are, the missing one included.
    var count: Int { ends.count }

    /// The bytes of a value, for the length of the call.
    @inline(__always)
    func withBytes<R>(of value: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let start = value == 0 ? 0 : Int(ends[Int(value) - 1])
        return bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<Int(ends[Int(value)])]))
        }
    }
}
