import Testing

@testable import JobModel

@Suite struct EvidenceReferenceTests {
    @Test(
        arguments: [
            ("#E1", "E1", []), ("#E12", "E12", []), ("#E1.files", "E1", [.member("files")]),
            ("#E1[0]", "E1", [.element(0)]),
            ("#E1.files[10].path", "E1", [.member("files"), .element(10), .member("path")]),
            ("#{E1.a b}", "E1", [.member("a b")]), ("#E3[1][2]", "E3", [.element(1), .element(2)]),
            ("#{E1.a-b[0]}", "E1", [.member("a-b"), .element(0)]), ("#{E2}", "E2", []),
            ("#E1.é", "E1", [.member("é")]),
        ] as [(String, String, [EvidenceReference.Component])]
    )
    func `a reference has a name and a path`(
        _ text: String,
        _ evidence: String,
        _ path: [EvidenceReference.Component]
    ) throws {
        let reference = try #require(EvidenceReference(text))
        #expect(reference.evidence == evidence && reference.path == path && reference.description == text)
    }

    @Test(arguments: [
        "", "#", "#E", "E1", "#e1", "#Ex", "#E1x", "#E1_2", " #E1", "#E1 ", "#E1 and more", "see #E1", "#E1.", "#E1..a",
        "#E1.a b", "#{E1", "#{E1}s", "#{E1..a}", "#{}", "#{E1]}", "#E1#E2", "#E1.count of #E2.total",
        "#E1.a.", "#E1[", "#E1[]", "#E1[a]", "#E1[-1]", "#E1[0", "#E1[0]x", "#E1]", "#E1.a[0][", "##E1", "#E١",
        "#E1[99999999999999999999]",
    ])
    func `a text that is not wholly a reference is none`(_ text: String) {
        #expect(EvidenceReference(text) == nil)
    }

    private let evidence: [String: JSONValue]

    init() throws {
        evidence = [
            "E1": try JSONValue(
                parsing: #"{"files":[{"path":"a.zip","rows":3},{"path":"b.zip","rows":4}],"ok":true,"none":null}"#
            ),
            "E2": [10, 20],
        ]
    }

    @Test(arguments: [
        ("#E1.files[1].path", #""b.zip""#), ("#E1.files[0]", #"{"path":"a.zip","rows":3}"#), ("#E1.ok", "true"),
        ("#E1.none", "null"), ("#E2", "[10,20]"), ("#E2[1]", "20"),
    ])
    func `a reference becomes the value itself, of whatever type`(_ text: String, _ value: String) throws {
        #expect(try JSONValue.string(text).resolving(evidence).encoded == value)
    }

    @Test func `references are found and replaced at any depth of arrays and objects, and other text stays`() throws {
        let document: JSONValue = [
            "input": ["#E1.files[0].path", ["deep": ["#E2[0]", [["x": "#E1.ok"]]]]],
            "text": "from E1.files # 1", "number": 1, "#E1": "a key is no reference",
        ]
        #expect(Set(document.references.map(\.description)) == ["#E1.files[0].path", "#E2[0]", "#E1.ok"])
        let resolved = try document.resolving(evidence)
        #expect(
            resolved == [
                "input": ["a.zip", ["deep": [10, [["x": true]]]]],
                "text": "from E1.files # 1", "number": 1, "#E1": "a key is no reference",
            ]
        )
    }

    @Test(arguments: [
        ("#E1.files[0].rows of #E2[1]", "3 of 20"), ("see #E1.files[1].path.", "see b.zip."),
        ("#E1.ok#E2", "true[10,20]"),
        ("#{E1.files[0].path}s and #{E2[0]}", "a.zips and 10"), ("(#E1.none)", "(null)"),
        ("#E1st #E3x #E", "#E1st #E3x #E"),
        ("##E2[0] is #E2[0]", "#E2[0] is 10"), ("####E1", "##E1"), ("## #{x} #", "## #{x} #"), ("é#E2[0]é", "é10é"),
    ])
    func `several references in one text become the texts of their values`(_ text: String, _ value: String) throws {
        #expect(try JSONValue.string(text).resolving(evidence) == .string(value))
    }

    @Test func `an escaped document resolves to itself whatever its texts look like`() throws {
        let alphabet = Array("#E1{}.[0] a#")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...10)).compactMap { _ in alphabet.randomElement() })
            let document: JSONValue = ["a": [.string(text), 1]]
            #expect(document.escapingReferences.references.isEmpty, "\(text)")
            #expect(try document.escapingReferences.resolving([:]) == document, "\(text)")
        }
    }

    @Test func `a value that itself looks like a reference is not resolved again`() throws {
        #expect(try JSONValue.string("#E1").resolving(["E1": "#E2", "E2": 1]) == "#E2")
    }

    @Test(arguments: [
        "#E9", "#E1.missing", "#E1.files[2]", "#E1.files.path", "#E2[0].x", "#E2.x", "#E1.files[0].path[0]",
    ])
    func `a reference that leads nowhere fails and is named`(_ text: String) throws {
        let document: JSONValue = ["a": [["b": .string(text)]]]
        let failure = try #require(throws: JobFailure.self) { try document.resolving(evidence) }
        #expect(failure.code == "unresolved_reference" && failure.field == text && failure.message.contains(text))
        #expect(!failure.isRetryable)
    }

    @Test func `random texts neither crash the reader nor change on the way through it`() {
        let alphabet = Array("#E1234.[]ab_ {}é\"\\")
        for _ in 0..<20_000 {
            let text = "#E" + String((0..<Int.random(in: 0...12)).compactMap { _ in alphabet.randomElement() })
            guard let reference = EvidenceReference(text) else { continue }
            let path = reference.path.map { component in
                switch component {
                case .member(let name): ".\(name)"
                case .element(let index): "[\(index)]"
                }
            }
            let canonical = "#{\(reference.evidence)\(path.joined())}"
            #expect(EvidenceReference(canonical)?.path == reference.path, "\(text)")
        }
    }
}
