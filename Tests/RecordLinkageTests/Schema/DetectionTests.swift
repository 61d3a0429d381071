import Testing

@testable import RecordLinkage
@testable import linkage_samples

@Suite("Detection of kinds")
struct DetectionTests {
    @Test("headers and values say what columns hold")
    func samples() throws {
        let persons = try Self.kinds(PersonSample.linking(200, seed: 3))
        #expect(
            persons == [
                .givenName, .familyName, .streetNumber, .address, .city, .zip, .category, .date, .phone, .identifier,
            ]
        )
        let organisations = try Self.kinds(OrganisationSample.linking(200, seed: 3))
        #expect(organisations == [.companyName, .address, .city, .zip, .phone, .category])
    }

    @Test(
        "values alone are enough where the header says nothing",
        arguments: [
            (["a@b.org", "c@d.com"], ColumnKind.email), (["2024-01-02", "1999-12-31"], .date),
            (["954-555-0100", "305/555-0199"], .phone), (["12.5", "7"], .number),
            (["query optimisation in practice", "a survey of joins"], .text),
        ]
    )
    func values(values: [String], kind: ColumnKind) throws {
        var table = RecordTable(names: ["x"])
        for value in values { try table.append(texts: [value]) }
        #expect(KindDetection(table, column: 0).kind == kind)
    }

    @Test(
        "record numbers and labels are not compared by",
        arguments: [
            "id", "rec_id", "class", "cluster", "idACM", "truth", "True Id", "customer_id", "personid", "is_duplicate",
            "blocking_number",
        ]
    )
    func labels(header: String) throws {
        var table = RecordTable(names: [header, "name"])
        for number in 0..<20 { try table.append(texts: ["\(number)", "acme \(number)"]) }
        let schema = try LinkageSchema.detect(left: table, right: nil)
        #expect(schema.columns.map(\.name) == ["name"])
    }

    @Test(
        "numbers that the world gives are compared by",
        arguments: ["tax_id", "soc_sec_id", "national_id", "Licence ID"]
    )
    func identifiers(header: String) throws {
        #expect(try Self.kind(header, (0..<20).map { "81\($0)\($0)4" }) == .identifier)
    }

    @Test("a header is not believed against its values, and what all records share is left out")
    func believed() throws {
        #expect(try Self.kind("Length of Day", ["full day", "half day", "full day"]) != .date)
        #expect(try Self.kind("visit_date", ["2024-01-02", "2024-02-03"]) == .date)
        #expect(try Self.kind("country", ["US", "US", "US"]) == .ignored)
    }

    @Test("what is left out is told with the reason")
    func leftOut() throws {
        var table = RecordTable(names: ["True Id", "name", "state"])
        for number in 0..<3 { try table.append(texts: ["\(number)", "acme \(number)", "FL"]) }
        let schema = try LinkageSchema.detect(left: table, right: nil)
        #expect(schema.leftOut(table).map(\.column) == ["True Id", "state"])
        #expect(schema.leftOut(table).map(\.reason) == ["looks like a record number or label", "has one value only"])
    }

    @Test("columns of other names are mapped, and a wrong name is told")
    func mapping() throws {
        var left = RecordTable(names: ["owner", "street"])
        var right = RecordTable(names: ["entity", "addr"])
        try left.append(texts: ["acme llc", "12 main st"])
        try right.append(texts: ["acme", "12 main street"])
        let mapping = LinkageSchema.Mapping(left: "owner", right: "entity", kind: .companyName)
        let schema = try LinkageSchema.detect(left: left, right: right, mappings: [mapping])
        #expect(schema.columns.map(\.kind) == [.companyName, .address])
        #expect(throws: LinkageError.self) {
            try LinkageSchema.detect(
                left: left,
                right: right,
                mappings: [.init(left: "nobody", right: "entity", kind: nil)]
            )
        }
    }

    private static func kind(_ header: String, _ values: [String]) throws -> ColumnKind {
        var table = RecordTable(names: [header])
        for value in values { try table.append(texts: [value]) }
        return KindDetection(table, column: 0).kind
    }

    private static func kinds(_ sample: LabelledSample) throws -> [ColumnKind] {
        var table = RecordTable(names: sample.names)
        for row in sample.left { try table.append(texts: row) }
        return try LinkageSchema.detect(left: table, right: nil).columns.map(\.kind)
    }
}
