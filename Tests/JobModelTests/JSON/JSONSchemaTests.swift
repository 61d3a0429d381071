import Testing

@testable import JobModel

@Suite struct JSONSchemaTests {
    static let file: JSONSchema = .object([
        .required("county", .string("The county.", enum: ["BROWARD", "DUVAL"])),
        .required("year", .integer("The year of the roll.", minimum: 2000, maximum: 2100)),
        .optional("share", .number(minimum: 0, maximum: 1)),
        .optional("force", .boolean(default: false)),
        .optional("names", .array(of: .string(minLength: 1), minItems: 1, maxItems: 2)),
        .optional("counts", .map(of: .integer())),
    ])

    @Test(arguments: [
        #"{"county":"DUVAL","year":2025}"#, #"{"county":"DUVAL","year":2025.0,"share":1,"force":true}"#,
        #"{"county":"BROWARD","year":2000,"names":["a","b"],"counts":{"x":1,"y":2},"share":null}"#,
    ])
    func `a document of the right form has no defects`(_ document: String) throws {
        #expect(Self.file.defects(in: try JSONValue(parsing: document)) == [])
    }

    @Test(arguments: [
        (#"[]"#, "must be an object"), (#"{"year":2025}"#, "county: is missing"),
        (#"{"county":null,"year":2025}"#, "county: must be a string"),
        (#"{"county":"DADE","year":2025}"#, #"county: must be one of "BROWARD", "DUVAL""#),
        (#"{"county":"DUVAL","year":"2025"}"#, "year: must be a whole number from 2000 to 2100"),
        (#"{"county":"DUVAL","year":1999}"#, "year: must be a whole number from 2000 to 2100"),
        (#"{"county":"DUVAL","year":2025.5}"#, "year: must be a whole number from 2000 to 2100"),
        (#"{"county":"DUVAL","year":2025,"share":1.01}"#, "share: must be a number from 0 to 1"),
        (#"{"county":"DUVAL","year":2025,"names":[]}"#, "names: must be from 1 to 2 elements"),
        (#"{"county":"DUVAL","year":2025,"names":["a",""]}"#, "names[1]: must be at least 1 characters"),
        (#"{"county":"DUVAL","year":2025,"names":["a",7]}"#, "names[1]: must be a string"),
        (#"{"county":"DUVAL","year":2025,"counts":{"a":1,"b":"x"}}"#, "counts.b: must be a whole number"),
        (
            #"{"county":"DUVAL","year":2025,"colour":1}"#,
            "colour: is unknown; known are county, year, share, force, names, counts"
        ),
    ])
    func `what is wrong is said with its path and what is accepted`(_ document: String, _ defect: String) throws {
        #expect(Self.file.defects(in: try JSONValue(parsing: document)).map(\.description) == [defect])
    }

    @Test func `every defect is told, not only the first`() throws {
        let document = try JSONValue(parsing: #"{"year":1,"force":"yes","names":[1,2,3]}"#)
        let fields = Self.file.defects(in: document, at: "parameters").map(\.field)
        #expect(
            fields == [
                "parameters.county", "parameters.year", "parameters.force", "parameters.names", "parameters.names[0]",
                "parameters.names[1]", "parameters.names[2]",
            ]
        )
    }

    @Test func `references to evidence pass for any value where they are allowed, and only there`() throws {
        let document = try JSONValue(parsing: ##"{"county":"#E1.county","year":"#E1.year","names":["roll of #E2.x"]}"##)
        #expect(Self.file.defects(in: document, references: true) == [])
        #expect(Self.file.defects(in: document).map(\.field) == ["county", "year"])
    }

    @Test func `it survives its own JSON, and that JSON is JSON Schema`() throws {
        let encoded = try JSONCoding.encode(Self.file)
        let decoded = try JSONCoding.decode(JSONSchema.self, from: encoded)
        #expect(try JSONCoding.encode(decoded) == encoded)
        let year = try JSONValue(parsing: encoded)["properties"]?["year"]
        #expect(
            year == [
                "type": "integer", "minimum": 2000, "maximum": 2100, "description": "The year of the roll.",
            ]
        )
        #expect(try JSONValue(parsing: encoded)["required"] == ["county", "year"])
        #expect(try JSONValue(parsing: encoded)["additionalProperties"] == false)
    }

    @Test(arguments: [
        ("#E1.names[3]", "string"), ("#E1.counts.anything", "integer"), ("#E1", "object"), ("#E1.names.x", nil),
        ("#E1.colour", nil), ("#E1.year.x", nil),
    ])
    func `it tells what a path of evidence leads to`(_ reference: String, _ kind: String?) throws {
        let path = try #require(EvidenceReference(reference)).path
        #expect(Self.file.schema(at: path[...])?.kinds.first?.rawValue == kind)
    }
}
