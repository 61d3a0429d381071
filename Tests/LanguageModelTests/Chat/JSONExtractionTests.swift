import JobModel
import Testing

@testable import LanguageModel

@Suite("A document in a model's text")
struct JSONExtractionTests {
    @Test(
        "is found whole, fenced, or in prose",
        arguments: [
            (#"{"a": 1}"#, #"{"a": 1}"#), ("\n [1, 2] \n", "[1, 2]"), ("```json\n{\"a\": 1}\n```", #"{"a": 1}"#),
            ("Here:\n```\n[1]\n```\nand\n```\n[2]\n```", "[1]"),
            ("The answer is {\"a\": \"}{\"} as asked.", #"{"a": "}{"}"#),
            ("Use {braces} so: {\"a\": [1, {\"b\": 2}]}", #"{"a": [1, {"b": 2}]}"#),
            (#"x {"a": "\"}"}"#, #"{"a": "\"}"}"#),
        ]
    )
    func found(_ text: String, _ document: String) throws {
        #expect(JSONExtraction.document(in: text) == (try JSONValue(parsing: document)))
    }

    @Test("is not made up", arguments: ["", "no", "42", "\"text\"", "{\"a\": ", "{a}", "```\n```"])
    func absent(_ text: String) { #expect(JSONExtraction.document(in: text) == nil) }

    @Test("hostile nesting is no document and no crash")
    func hostile() {
        #expect(JSONExtraction.document(in: String(repeating: "[", count: 20_000)) == nil)
        let deep = String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000)
        #expect(JSONExtraction.document(in: deep) == nil)
    }
}
