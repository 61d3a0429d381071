import Foundation
import RecordLinkage
import Testing

@testable import Workers

@Suite("Files of records in other dialects")
struct RecordDialectTests {
    @Test(
        "separators, spaces around quotes and stray commas are read as people mean them",
        arguments: [
            ("name;city\nacme, inc;miami\n", [["acme, inc", "miami"]]),
            (
                "name;city\r\nSMITH, JOHN A;1,5\r\na \"b\";\r\n; x",
                [["SMITH, JOHN A", "1,5"], ["a \"b\"", ""], ["", " x"]]
            ),
            ("name\tcity\nacme\tmiami\n", [["acme", "miami"]]),
            ("name|city\n\"acme | co\"|miami\n", [["acme | co", "miami"]]),
            (
                "name, city\n\"arnie's\", \"435 s. la cienega, la\" , 'x'\n",
                [["arnie's", "435 s. la cienega, la", " 'x'"]]
            ),
            ("name,city\r\n\"a \"\"b\"\"\", \"c\"\r\nd,e\r\n", [["a \"b\"", "c"], ["d", "e"]]),
            ("name,city\nacme,miami\n", [["acme", "miami"]]),
        ]
    )
    func dialects(text: String, rows: [[String]]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let table = try RecordFile(path: path).read()
        #expect(table.names.prefix(2) == ["name", "city"])
        let read = (0..<table.count).map { record in
            table.names.indices.map { table.text(record: record, column: $0) }
        }
        #expect(read == rows.map { Array($0.prefix(table.names.count)) })
    }

    @Test("a piece may end anywhere")
    func pieces() {
        let text = Array("a; b;c\n\"x;\"\"y\" ;\"z\n\";w,v\n".utf8)
        func translated(_ size: Int) -> [UInt8] {
            text.withUnsafeBytes { all in
                var dialect = RecordDialect(all)
                var output: [UInt8] = []
                for start in stride(from: 0, to: all.count, by: size) {
                    let piece = UnsafeRawBufferPointer(rebasing: all[start..<min(all.count, start + size)])
                    output += dialect.translate(piece) ?? Array(piece)
                }
                return output
            }
        }
        let whole = translated(text.count)
        #expect(String(decoding: whole, as: UTF8.self) == "\"a\",\" b\",\"c\"\n\"x;\"\"y\",\"z\n\",\"w,v\"\n")
        for size in 1...5 { #expect(translated(size) == whole) }
    }
}
