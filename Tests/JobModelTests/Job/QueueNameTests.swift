import Testing

@testable import JobModel

@Suite struct QueueNameTests {
    @Test(arguments: ["q", "florida_data", "a.b-c_9", "x" + String(repeating: "1", count: 63)])
    func `a legal name is kept as it is`(_ text: String) {
        #expect(QueueName(rawValue: text)?.rawValue == text)
        #expect(QueueName.isLegal(text))
    }

    @Test(arguments: ["", "9a", "_a", "-", "A", "aB", "a b", "a:b", "ä", "a\n", String(repeating: "x", count: 65)])
    func `a text with anything else in it is no name`(_ text: String) {
        #expect(QueueName(rawValue: text) == nil)
        #expect(!QueueName.isLegal(text))
    }
}
