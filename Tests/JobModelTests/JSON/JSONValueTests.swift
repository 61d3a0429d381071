import Testing

@testable import JobModel

@Suite struct JSONValueTests {
    private func random(depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth == 0 ? 4 : 6)) {
        case 0: .null
        case 1: .bool(Bool.random())
        case 2: .integer(Int.random(in: .min ... .max))
        case 3: .number(Double.random(in: -1e9...1e9) + 0.5)
        case 4: .string(["", "a/b", "\"\\\n\u{1}", "é🙂", "#E1.files[0]"].randomElement() ?? "")
        case 5: .array((0..<Int.random(in: 0...4)).map { _ in random(depth: depth - 1) })
        default:
            .object(
                Dictionary(
                    uniqueKeysWithValues: (0..<Int.random(in: 0...4)).map { ("k\($0)", random(depth: depth - 1)) }
                )
            )
        }
    }

    @Test func `every document reads back as it was written, on one line`() throws {
        for _ in 0..<500 {
            let value = random(depth: 4)
            let text = try value.encoded
            #expect(!text.contains("\n"))
            #expect(try JSONValue(parsing: text) == value, "\(text)")
        }
    }

    @Test func `keys come in order and slashes stay as they are`() throws {
        let value: JSONValue = ["b": 1, "a": ["x/y", true, nil], "c": 0.5]
        #expect(try value.encoded == #"{"a":["x/y",true,null],"b":1,"c":0.5}"#)
    }

    @Test(arguments: ["", "{", "[1 2]", "nul", "{\"a\"}", "\u{0}", "{\"a\":1}x"])
    func `what is no JSON is refused`(_ text: String) {
        #expect(throws: (any Error).self) { try JSONValue(parsing: text) }
    }

    @Test func `members, elements and numbers are reached without a wrong guess`() throws {
        let value = try JSONValue(parsing: #"{"list":[10,2.0,2.5,"3"],"flag":true}"#)
        let list = try #require(value["list"])
        #expect(list[0]?.int == 10 && list[1]?.int == 2 && list[2]?.int == nil && list[3]?.int == nil)
        #expect(list[2]?.double == 2.5 && list[0]?.double == 10 && list[3]?.string == "3")
        #expect(list[4] == nil && list[-1] == nil && list["x"] == nil && value[0] == nil && value["none"] == nil)
        #expect(value["flag"] == .bool(true) && value["flag"]?.int == nil)
    }

    @Test func `a value and its document turn into each other`() throws {
        let part = ConfidencePart("valid_rows", 0.75, basis: "3 of 4 rows")
        let document = try JSONValue(encoding: part)
        #expect(document == ["name": "valid_rows", "value": 0.75, "basis": "3 of 4 rows"])
        #expect(try document.decode(ConfidencePart.self) == part)
    }
}
