import JobModel
import LanguageModel
import Testing

@testable import Orchestrator

@Suite("The lossless levels", .serialized, .timeLimit(.minutes(5)))
struct ColumnarTests {
    @Test("give back every document, by the text of it", arguments: 0..<20)
    func roundTrip(_ seed: Int) throws {
        var generator = RandomDocument(seed: UInt64(seed))
        var tables = 0
        for number in 0..<100 {
            let document = generator.next()
            var handles = EvidenceHandles()
            let replaced = handles.replacing(in: document)
            #expect(text(handles.restoring(replaced)) == text(document), "seed \(seed), document \(number)")
            guard let columnar = ColumnarText.encode(replaced) else { continue }
            tables += 1
            let restored = handles.restoring(try ColumnarText.decode(columnar))
            #expect(text(restored) == text(document), "seed \(seed), document \(number):\n\(columnar)")
        }
        #expect(tables > 10)
    }

    /// Every table as a table, also where it costs more than it saves: the choice must not hide a fault.
    @Test("give back every table, whether it pays or not", arguments: 20..<30)
    func everyTable(_ seed: Int) throws {
        var generator = RandomDocument(seed: UInt64(seed))
        for number in 0..<100 {
            let document = generator.next()
            var handles = EvidenceHandles()
            guard case .array(let elements) = handles.replacing(in: document), let table = EvidenceTable(elements)
            else {
                continue
            }
            let columnar = "\"@T1\"\n@T1 \(ColumnarText.text(of: TableCoding(table)))"
            let restored = handles.restoring(try ColumnarText.decode(columnar))
            #expect(text(restored) == text(document), "seed \(seed), document \(number):\n\(columnar)")
        }
    }

    /// By bytes: strings that Swift takes for equal, an accent apart and together, are different evidence.
    private func text(_ document: JSONValue) -> [UInt8] { Array(JSONText.encode(document).utf8) }

    @Test("tell null, empty and absent apart")
    func absence() throws {
        let rows: JSONValue = [
            ["a": 1, "b": nil, "c": ""], ["a": 2, "b": ""], ["a": 3, "c": nil], ["a": 4, "b": [:], "c": []],
        ]
        let table = try #require(EvidenceTable(elements(rows)))
        let columnar = "\"@T1\"\n@T1 \(ColumnarText.text(of: TableCoding(table)))"
        #expect(columnar.hasSuffix("1,null,\"\"\n2,\"\",\n3,,null\n4,{},[]"))
        #expect(try ColumnarText.decode(columnar) == rows)
    }

    @Test("say what repeats once")
    func repeats() throws {
        let rows = JSONValue.array(
            (0..<40).map { row in
                let rule = row % 2 == 0 ? "R-DOR-UC" : "R-JV-POS"
                return [
                    "county": "BROWARD", "row": .integer(row * 7), "rule": .string(rule),
                    "message": .string("what \(rule) says, at length"), "parcel": .string("58-0554-\(100 + row)"),
                ]
            }
        )
        let columnar = try #require(ColumnarText.encode(["errors": rows]))
        let lines = columnar.split(separator: "\n").map(String.init)
        #expect(lines[0] == #"{"errors":"@T1"}"#)
        #expect(lines[1] == "@T1 40 rows; columns message,parcel,row")
        #expect(lines[2] == "all rows: county=BROWARD")
        #expect(lines[3] == "prefixes: parcel=58-0554-1")
        #expect(lines[4] == "2 codes of message,rule")
        #expect(lines[5] == #"A="what R-DOR-UC says, at length",R-DOR-UC"#)
        #expect(lines[8] == "A,00,0")
        #expect(try ColumnarText.decode(columnar) == ["errors": rows])
    }

    @Test(
        "refuse a text that is none of theirs",
        arguments: [
            "", "{", "{}\nx", "{}\n@T1 2 rows; columns a\n1\n2", "{}\n@T1 2 rows; columns a\nrows:\n1",
            "{}\n@T1 1 rows; columns a,b\nrows:\n1", "{}\n@T1 1 rows; columns a\n1 codes of a\nA=1\nrows:\nB",
            "{}\n@K1 1 rows; columns a\nrows:\n1",
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: ColumnarError.self) { try ColumnarText.decode(text) }
    }

    private func elements(_ value: JSONValue) -> [JSONValue] {
        if case .array(let elements) = value { elements } else { [] }
    }
}
