import PropertyData
import Testing

@Suite("The CSV reader")
struct CSVReaderTests {
    struct Line: Equatable {
        let line: Int
        let fields: [String]
    }

    /// Reads bytes in pieces that the cuts make.
    private func read(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        encoding: TextEncoding = .utf8,
        limit: Int = 1 << 20
    ) throws -> [Line] {
        let reader = CSVReader(encoding: encoding, maximumRecordLength: limit, file: "t.csv")
        var lines: [Line] = []
        var start = 0
        for cut in cuts.sorted() + [bytes.count] {
            bytes[start..<cut].withUnsafeBytes { reader.append($0) }
            start = cut
            while try reader.next() { lines.append(Line(line: reader.line, fields: reader.texts())) }
        }
        reader.finish()
        while try reader.next() { lines.append(Line(line: reader.line, fields: reader.texts())) }
        return lines
    }

    @Test(
        "the dialect's forms are read exactly",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("\"a,1\",\"b\"\"c\"\r\n", [["a,1", "b\"c"]]), ("\"two\r\nlines\",x\n", [["two\nlines", "x"]]),
            (",,\n", [["", "", ""]]), ("\"\",\n", [["", ""]]), ("\u{feff}a,b\n", [["a", "b"]]),
            ("a\n\n\r\nb\n", [["a"], ["b"]]), ("a\tb,c\u{1}d\u{7f}\n", [["a b", "cd"]]),
            ("\"JOHN \"BUD\" SMITH\",x\n", [["JOHN \"BUD\" SMITH", "x"]]), ("a\"b,c\n", [["a\"b", "c"]]),
            ("\"a\"\r", [["a"]]), ("\"\"\n", [[""]]), ("", []), ("é,\u{1F3E0}\n", [["é", "\u{1F3E0}"]]),
            ("a,b,c\nd\n", [["a", "b", "c"], ["d"]]), ("\"\"\"\",\"\"\"\"\"\"\n", [["\"", "\"\""]]),
        ]
    )
    func forms(text: String, expected: [[String]]) throws {
        #expect(try read(Array(text.utf8)).map(\.fields) == expected)
    }

    @Test("line numbers are the file's, over quoted line breaks and blank lines")
    func lineNumbers() throws {
        let lines = try read(Array("h\n\"a\nb\nc\",1\r\n\r\nx\ny".utf8))
        #expect(lines.map(\.line) == [1, 2, 6, 7])
    }

    @Test("Latin-1 bytes become characters")
    func latin1() throws {
        #expect(
            try read([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x2c, 0x31, 0x0a], encoding: .latin1).map(\.fields) == [
                ["Müller", "1"]
            ]
        )
    }

    @Test("an endless record and a quote without end are errors with their line")
    func damage() async {
        let quote = await propertyError { _ = try read(Array("a,b\nc,\"d\ne,f\n".utf8)) }
        #expect(quote?.code == .unterminatedQuote)
        #expect(quote?.line == 2)
        #expect(quote?.file == "t.csv")
        let long = Array("a\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 200) + [10]
        #expect(await propertyError { _ = try read(long, limit: 100) }?.code == .recordTooLong)
        let open = Array("\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: 200)
        #expect(await propertyError { _ = try read(open, cuts: [150], limit: 100) }?.code == .unterminatedQuote)
    }

    @Test("random records survive any cutting into pieces", arguments: 0..<100)
    func randomRecords(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("ab ,\"\né0")
        let records = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (0..<Int.random(in: 2...6, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in alphabet.randomElement(using: &random)
                    }
                )
            }
        }
        let text = records.map { record in
            record.map { field in
                let needsQuotes = field.contains { ",\"\n".contains($0) } || Bool.random(using: &random)
                return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
            }.joined(separator: ",")
        }
        let bytes = Array((text.joined(separator: "\r\n") + "\r\n").utf8)
        let cuts = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            Int.random(in: 0...bytes.count, using: &random)
        }
        #expect(try read(bytes, cuts: cuts).map(\.fields) == records)
    }

    @Test("delimiters and control characters are found at any offset of a field", arguments: 0..<40)
    func offsets(offset: Int) throws {
        for letter in ["x", "é", "\u{1F3E0}", "~"] {
            let text = String(repeating: letter, count: offset)
            let forms = [
                ("\(text),b", [text, "b"]), ("\"\(text)\",b", [text, "b"]),
                ("\(text)\u{1}\(text)\u{7f}z", [text + text + "z"]),
                ("\"\(text)\t\(text)\"\"\(text)\"", [text + " " + text + "\"" + text]),
                ("\"\(text),\(text)\",\(text)", [text + "," + text, text]), (",\(text),,", ["", text, "", ""]),
            ]
            for (form, fields) in forms where fields != [""] {
                #expect(try read(Array("\(form)\r\n\(form)\n\(form)".utf8)).map(\.fields) == [fields, fields, fields])
            }
        }
    }

    @Test("hostile bytes give the same rows or the same error, however they are cut", arguments: 0..<300)
    func hostileBytes(seed: Int) async {
        var random = SeededGenerator(seed: UInt64(seed))
        let nasty: [UInt8] = [0, 9, 10, 13, 34, 34, 44, 44, 65, 0x7f, 0x80, 0xc3, 0xff]
        let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in nasty.randomElement(using: &random) ?? 0 }
        func outcome(_ cuts: [Int]) async -> (lines: [Line], code: PropertyDataError.Code?) {
            var lines: [Line] = []
            let error = await propertyError { lines = try read(bytes, cuts: cuts, limit: 64) }
            return (lines, error?.code)
        }
        let whole = await outcome([])
        let single = await outcome(Array(0...bytes.count))
        #expect(whole.lines == single.lines)
        #expect((whole.code == nil) == (single.code == nil))
    }
}

/// A generator that repeats its numbers for a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
