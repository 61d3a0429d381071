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
    let tokens: TokenTable?
    /// Values that too many records share to say anything.
    let isMass: [Bool]

    /// Normalises a column of one or two tables.
    init(_ column: LinkageSchema.Column, left: RecordTable, right: RecordTable?) {
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
        self.values = values
        self.counts = counts
        bytes = interner.bytes
        ends = interner.ends
        self.codes = column.kind == .address || column.kind == .number ? codes : []
        isMass = column.massValueLimit.map { limit in counts.map { $0 > limit } } ?? []
        if column.kind.hasTokens {
            tokens =
                column.kind == .address
                ? TokenTable(words, valueTexts: wordsOf, counts: counts)
                : TokenTable(interner, valueTexts: (0..<UInt32(interner.count)).map(\.self), counts: counts)
        } else {
            tokens = nil
        }
        roots =
            column.kind == .givenName
            ? (0..<interner.count).map { id in interner.withBytes(of: id) { Nicknames.root(Array($0)[...]) } } : []
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
