/// Reads comma-separated records from pieces of any size, at constant memory (RFC 4180).
///
/// Lines end with CR LF or LF. Quoted fields may hold commas, line breaks and doubled quotes; a quote inside one that
/// neither is doubled nor ends the field counts as a character. Control characters are taken out: a tab becomes a space,
/// a line break within quotes stays as LF. Blank lines are skipped. A byte-order mark is skipped.
///
/// Feed with `append` and `finish`, take with `next`; the current record's fields are valid until the next call.
package final class CSVReader {
    /// The line on which the current record begins, counted from 1.
    package private(set) var line = 0
    /// How many fields the current record has.
    package private(set) var fieldCount = 0

    private let file: String?
    private let encoding: TextEncoding
    private let maximumRecordLength: Int
    private var bytes: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var head = 0
    private var tail = 0
    private var fields: UnsafeMutablePointer<CSVField>
    private var fieldCapacity = 256
    private var nextLine = 1
    private var isFinished = false
    private var isAtStart = true

    /// Creates a reader; `file` is for its errors.
    package init(encoding: TextEncoding = .utf8, maximumRecordLength: Int = 1 << 20, file: String? = nil) {
        self.encoding = encoding
        self.maximumRecordLength = maximumRecordLength
        self.file = file
        capacity = 1 << 16
        bytes = .allocate(capacity: capacity)
        fields = .allocate(capacity: fieldCapacity)
    }

    deinit {
        bytes.deallocate()
        fields.deallocate()
    }

    /// Adds the next piece of the file.
    package func append(_ piece: UnsafeRawBufferPointer) {
        let needed = encoding == .latin1 ? piece.count * 2 : piece.count
        makeRoom(for: needed)
        if encoding == .utf8 {
            if let base = piece.baseAddress {
                UnsafeMutableRawPointer(bytes + tail).copyMemory(from: base, byteCount: needed)
            }
            tail += piece.count
            return
        }
        for byte in piece {
            if byte < 0x80 {
                bytes[tail] = byte
                tail += 1
            } else {
                bytes[tail] = 0xc0 | byte >> 6
                bytes[tail + 1] = 0x80 | byte & 0x3f
                tail += 2
            }
        }
    }

    /// Says that the file has ended, so that a last line without an end counts.
    package func finish() {
        isFinished = true
    }

    /// Goes to the next record; false when more of the file is needed, or, after `finish`, at the end.
    package func next() throws(PropertyDataError) -> Bool {
        if isAtStart {
            guard tail >= 3 || isFinished else { return false }
            isAtStart = false
            if tail >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { head = 3 }
        }
        while head < tail {
            guard let (end, lineBreaks) = try scan() else {
                guard tail - head <= maximumRecordLength else { throw endless() }
                return false
            }
            guard end - head <= maximumRecordLength else { throw endless() }
            line = nextLine
            nextLine += lineBreaks
            head = end
            let isBlank = fieldCount == 1 && !fields[0].isQuoted && fields[0].start == fields[0].end
            if !isBlank { return true }
        }
        return false
    }

    /// The bytes of a field of the current record, in UTF-8.
    package subscript(field: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(field < fieldCount, "field \(field) of \(fieldCount)")
        return UnsafeBufferPointer(
            start: bytes + Int(fields[field].start),
            count: Int(fields[field].end - fields[field].start)
        )
    }

    /// The current record's fields as texts.
    package func texts() -> [String] {
        (0..<fieldCount).map { String(decoding: self[$0], as: UTF8.self) }
    }

    /// The buffer and the fields of the current record, for readers of rows.
    var record: (bytes: UnsafePointer<UInt8>, fields: UnsafePointer<CSVField>) {
        (UnsafePointer(bytes), UnsafePointer(fields))
    }

    // MARK: Scanning

    /// Finds the end of the record at `head` and its fields; nil when it is not all there.
    private func scan() throws(PropertyDataError) -> (end: Int, lineBreaks: Int)? {
        let (bytes, tail) = (bytes, tail)
        var position = head
        var lineBreaks = 0
        var isCleaningNeeded = false
        var count = 0
        defer { fieldCount = count }
        while true {
            if count == fieldCapacity { growFields() }
            // Most fields of the wide files are blank.
            if position < tail, bytes[position] == UInt8(ascii: ",") {
                let start = Int32(truncatingIfNeeded: position)
                fields[count] = CSVField(start: start, end: start, needsCleaning: false, isQuoted: false)
                count += 1
                position += 1
                continue
            }
            let isQuoted = position < tail && bytes[position] == UInt8(ascii: "\"")
            let scanned = isQuoted ? try quoted(from: position + 1, &lineBreaks) : unquoted(from: position)
            guard let (field, after) = scanned else { return nil }
            isCleaningNeeded = isCleaningNeeded || field.needsCleaning
            fields[count] = field
            count += 1
            if after == tail || bytes[after] == UInt8(ascii: "\n") {
                fieldCount = count
                if isCleaningNeeded { cleanFields() }
                return after == tail ? (after, lineBreaks) : (after + 1, lineBreaks + 1)
            }
            position = after + 1
        }
    }

    /// Finds the end of an unquoted field: the comma, the line feed or the end of the file after it.
    @inline(__always)
    private func unquoted(from start: Int) -> (CSVField, after: Int)? {
        let (bytes, tail) = (bytes, tail)
        var cursor = start
        var isDirty = false
        while true {
            cursor = Self.stop(in: bytes, from: cursor, to: tail, at: UInt8(ascii: ","))
            guard cursor < tail, bytes[cursor] != UInt8(ascii: ","), bytes[cursor] != UInt8(ascii: "\n") else { break }
            let isLineEnd =
                bytes[cursor] == UInt8(ascii: "\r") && cursor + 1 < tail && bytes[cursor + 1] == UInt8(ascii: "\n")
            if !isLineEnd { isDirty = true }
            cursor += 1
        }
        guard cursor < tail || isFinished else { return nil }
        var end = cursor
        if end > start, bytes[end - 1] == UInt8(ascii: "\r"), cursor == tail || bytes[cursor] == UInt8(ascii: "\n") {
            end -= 1
        }
        return (CSVField(start: Int32(start), end: Int32(end), needsCleaning: isDirty, isQuoted: false), cursor)
    }

    /// Finds the end of a quoted field, and the comma, line feed or end of the file after it.
    @inline(__always)
    private func quoted(from start: Int, _ lineBreaks: inout Int) throws(PropertyDataError) -> (CSVField, after: Int)? {
        let (bytes, tail) = (bytes, tail)
        var cursor = start
        var isDirty = false
        while true {
            while true {
                cursor = Self.stop(in: bytes, from: cursor, to: tail, at: UInt8(ascii: "\""))
                guard cursor < tail, bytes[cursor] != UInt8(ascii: "\"") else { break }
                isDirty = true
                if bytes[cursor] == UInt8(ascii: "\n") { lineBreaks += 1 }
                cursor += 1
            }
            guard cursor < tail else {
                if isFinished || tail - head > maximumRecordLength { throw unterminated() }
                return nil
            }
            guard let ending = ending(after: cursor + 1) else { return nil }
            switch ending {
            case .doubled:
                isDirty = true
                cursor += 2
            case .character:
                cursor += 1
            case .end(let after):
                let field = CSVField(start: Int32(start), end: Int32(cursor), needsCleaning: isDirty, isQuoted: true)
                return (field, after)
            }
        }
    }

    /// The place of the first delimiter or control character in a range; the range's end where there is none.
    ///
    /// Eight bytes at a time: a byte's highest bit is set in `hits` where it is one of them. The subtraction's borrow can
    /// spoil bytes above a hit only, and the lowest hit is the one that counts (Hacker's Delight, section 6-1).
    @inline(__always)
    private static func stop(
        in bytes: UnsafeMutablePointer<UInt8>,
        from start: Int,
        to end: Int,
        at delimiter: UInt8
    ) -> Int {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        var cursor = start
        while cursor + 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(bytes + cursor).loadUnaligned(as: UInt64.self))
            let delimited = word ^ (ones &* UInt64(delimiter))
            let deleted = word ^ (ones &* 0x7f)
            let hits =
                ((word &- ones &* 0x20) & ~word | (delimited &- ones) & ~delimited | (deleted &- ones) & ~deleted)
                & highs
            if hits != 0 { return cursor + hits.trailingZeroBitCount / 8 }
            cursor += 8
        }
        while cursor < end {
            let byte = bytes[cursor]
            if byte == delimiter || byte < 0x20 || byte == 0x7f { return cursor }
            cursor += 1
        }
        return end
    }

    private enum QuoteEnding {
        case doubled
        case character
        case end(after: Int)
    }

    /// What a quote means by what follows it; nil when that is not there yet.
    @inline(__always)
    private func ending(after position: Int) -> QuoteEnding? {
        guard position < tail else { return isFinished ? .end(after: position) : nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .doubled
        case UInt8(ascii: ","), UInt8(ascii: "\n"): return .end(after: position)
        case UInt8(ascii: "\r"):
            guard position + 1 < tail else { return isFinished ? .end(after: position + 1) : nil }
            return bytes[position + 1] == UInt8(ascii: "\n") ? .end(after: position + 1) : .character
        default: return .character
        }
    }

    /// Takes doubled quotes and control characters out of the fields, in place.
    private func cleanFields() {
        for index in 0..<fieldCount where fields[index].needsCleaning {
            let isQuoted = fields[index].isQuoted
            var target = Int(fields[index].start)
            var source = target
            let end = Int(fields[index].end)
            while source < end {
                let byte = bytes[source]
                switch byte {
                case UInt8(ascii: "\"") where isQuoted && source + 1 < end && bytes[source + 1] == UInt8(ascii: "\""):
                    bytes[target] = byte
                    target += 1
                    source += 1
                case UInt8(ascii: "\t"):
                    bytes[target] = UInt8(ascii: " ")
                    target += 1
                case 0x00..<0x20 where byte != UInt8(ascii: "\n"), 0x7f: break
                default:
                    bytes[target] = byte
                    target += 1
                }
                source += 1
            }
            fields[index].end = Int32(target)
        }
    }

    // MARK: Memory and errors

    private func makeRoom(for count: Int) {
        let kept = tail - head
        if kept + count > capacity {
            capacity = max(capacity * 2, kept + count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: bytes + head, count: kept)
            bytes.deallocate()
            bytes = larger
        } else if head > 0 {
            bytes.update(from: bytes + head, count: kept)
        }
        head = 0
        tail = kept
    }

    private func growFields() {
        let larger = UnsafeMutablePointer<CSVField>.allocate(capacity: fieldCapacity * 2)
        larger.update(from: fields, count: fieldCapacity)
        fields.deallocate()
        fields = larger
        fieldCapacity *= 2
    }

    private func endless() -> PropertyDataError {
        PropertyDataError(
            .recordTooLong,
            file: file,
            line: nextLine,
            "the record is longer than \(maximumRecordLength) bytes"
        )
    }

    private func unterminated() -> PropertyDataError {
        PropertyDataError(.unterminatedQuote, file: file, line: nextLine, "a quoted field of this record has no end")
    }
}
