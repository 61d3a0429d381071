import Testing

@testable import JobModel

@Suite struct JobIDTests {
    @Test(arguments: [
        "j", "op-20251020-143022-a1b2c3d4:E1", "A.b_c-9:", String(repeating: "x", count: 128),
    ])
    func `a legal id is kept as it is`(_ text: String) {
        #expect(JobID(rawValue: text)?.rawValue == text)
        #expect(JobID(rawValue: text)?.description == text)
    }

    @Test(arguments: ["", " ", "a b", "a\nb", "é", "{a}", "a/b", "a*", "\0", String(repeating: "x", count: 129)])
    func `a text that could break a key or a list is no id`(_ text: String) {
        #expect(JobID(rawValue: text) == nil)
    }

    @Test(arguments: [("op-1:E1", "op-1"), ("op-1", "op-1"), ("op-1:E1:x", "op-1"), (":x", "")])
    func `the part before the first colon decides the partition`(_ id: String, _ key: String) {
        #expect(JobID(trusted: id).partitionKey == key)
    }
}
