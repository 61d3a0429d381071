import PropertyData

/// A delimited table read byte by byte, by a splitter of its own.
///
/// The loaders have a fast reader; a check that used it would repeat its mistakes. This one knows RFC 4180 with any line
/// end, and takes quotes as they come within unquoted fields.
struct RawTable: Sendable {
    /// One record, with the physical lines that it stands on.
    struct Record: Sendable, Hashable {
        var fields: [[UInt8]]
        var firstLine: Int
        var lastLine: Int
    }

    /// Bytes of the table.
    private(set) var bytes = 0
    /// Physical lines, the header included.
    private(set) var lines = 0
    /// Records without the header; empty lines are none.
    private(set) var records = 0
    /// The names of the columns.
    private(set) var header: [String] = []
    /// A sample of the records, each as likely as any other.
    private(set) var sample: [Record] = []

    /// Reads the table of a file; the sample depends on the seed alone.
    ///
    /// - Throws: ``PropertyDataError`` for a damaged archive; `CancellationError`.
    init(path: String, sampleSize: Int, seed: UInt64) async throws {
        var splitter = RecordSplitter()
        var random = SplitMix(state: seed)
        var table = Self()
        var lastByte: UInt8 = 0x0a
        func take(_ record: Record) {
            if table.header.isEmpty {
                table.header = record.fields.map { field in
                    let name = String(decoding: field, as: UTF8.self)
                    return name.trimmingPrefix("\u{FEFF}").filter { !$0.isWhitespace }.lowercased()
                }
                return
            }
            table.records += 1
            if table.sample.count < sampleSize {
                table.sample.append(record)
            } else if sampleSize > 0 {
                // Algorithm R (Vitter 1985): every record stays with the same probability.
                let place = Int(random.next() % UInt64(table.records))
                if place < sampleSize { table.sample[place] = record }
            }
        }
        try await DelimitedFile(path: path).readBytes { piece in
            table.bytes += piece.count
            for byte in piece {
                if byte == 0x0a { table.lines += 1 }
                lastByte = byte
                if let record = splitter.feed(byte) { take(record) }
            }
        }
        if table.bytes > 0, lastByte != 0x0a { table.lines += 1 }
        if let record = splitter.finish() { take(record) }
        self = table
    }

    private init() {}
}

/// Cuts bytes into records and fields.
private struct RecordSplitter {
    private var fields: [[UInt8]] = []
    private var field: [UInt8] = []
    private var isQuoted = false
    private var mayEnd = false
    private var line = 1
    private var firstLine = 1

    mutating func feed(_ byte: UInt8) -> RawTable.Record? {
        defer { if byte == 0x0a { line += 1 } }
        if isQuoted, !mayEnd {
            if byte == 0x22 { mayEnd = true } else { field.append(byte) }
            return nil
        }
        if mayEnd {
            mayEnd = false
            if byte == 0x22 {
                field.append(byte)
                return nil
            }
            isQuoted = false
        }
        switch byte {
        case 0x22 where field.isEmpty: isQuoted = true
        case 0x2c: endField()
        case 0x0a: return endRecord()
        case 0x0d: break
        default: field.append(byte)
        }
        return nil
    }

    mutating func finish() -> RawTable.Record? { field.isEmpty && fields.isEmpty ? nil : endRecord() }

    private mutating func endField() {
        fields.append(field)
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRecord() -> RawTable.Record? {
        endField()
        let record = RawTable.Record(fields: fields, firstLine: firstLine, lastLine: line)
        fields.removeAll(keepingCapacity: true)
        firstLine = line + 1
        return record.fields.count == 1 && record.fields[0].isEmpty ? nil : record
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same seed draws the same sample again.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
