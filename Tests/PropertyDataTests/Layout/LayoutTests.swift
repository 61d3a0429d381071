import Foundation
import PropertyData
import Testing

@Suite("Layouts")
struct LayoutTests {
    @Test(
        "the fields agree with the reference",
        .enabled(if: SharedData.reference != nil),
        arguments: Dataset.allCases
    )
    func reference(dataset: Dataset) throws {
        let folder = try #require(SharedData.reference)
        let rows = try records("\(folder)/\(dataset.rawValue.lowercased())_fields.csv")
        let fields = FileLayout.of(dataset).fields
        #expect(fields.count == rows.count)
        for (field, row) in zip(fields, rows) {
            #expect(field.position == Int(row["position"] ?? ""))
            #expect(field.name == row["name"])
            #expect(field.title == row["title"])
            #expect(field.width.maximum == Int(row["max_length"] ?? ""))
            #expect(
                field.requirement == ["yes": .required, "conditional": .conditional, "no": .optional][row["required"]]
            )
            let kinds: [String: [FieldDefinition.Kind]] = [
                "code": [.code], "text": [.text], "int": [.int], "numeric": [.numeric, .signed, .decimal],
            ]
            #expect(kinds[row["type"] ?? ""]?.contains(field.kind) == true)
        }
    }

    @Test("the codes and counties agree with the reference", .enabled(if: SharedData.reference != nil))
    func codes() throws {
        let folder = try #require(SharedData.reference)
        #expect(try records("\(folder)/use_codes.csv").map { $0["title"] } == UseCode.all.map(\.title))
        #expect(try records("\(folder)/use_codes.csv").map { $0["code"] } == UseCode.all.map(\.code))
        #expect(
            try records("\(folder)/qualification_codes.csv").map { $0["code"] } == QualificationCode.all.map(\.code)
        )
        #expect(
            try records("\(folder)/nap_exemption_codes.csv").map { $0["code"] } == TangibleExemption.all.map(\.code)
        )
        let counties = try records("\(folder)/counties.csv")
        #expect(counties.map { $0["county"] } == County.all.map(\.name))
        #expect(counties.map { $0["fips_full"].flatMap { Int($0) } } == County.all.map(\.fips))
        #expect(counties.map { $0["repo_alpha_01_67"].flatMap { Int($0) } } == County.all.map(\.alphabeticalCode))
    }

    @Test(
        "a field is found under its name, the guide's spelling and a cut name",
        arguments: [
            (Dataset.nal, "JV_RESD-NON_RESD", "JV_RESD_NON_RESD"), (.nal, "EXMPT 43", "EXMPT_43"),
            (.nal, "FILE _T", "FILE_T"),
            (.nal, "R_PAGE2", "OR_PAGE2"), (.nal, "TOT_LVG_AR", "TOT_LVG_AREA"), (.nal, "jv", "JV"),
            (.nal, "STATE_PARCEL_ID", "STATE_PAR_ID"), (.sdf, "STATE_PAR_ID", "STATE_PARCEL_ID"),
            (.sdf, "SAL_CHNG_CD", "SAL_CHG_CD"), (.nap, "OWN_NAME", "OWN_NAM"), (.nap, "PHY_ZIP", "PHY_ZIPCD"),
        ]
    )
    func aliases(dataset: Dataset, name: String, expected: String) throws {
        let layout = FileLayout.of(dataset)
        let index = try #require(layout.index(of: name))
        #expect(layout.fields[index].name == expected)
    }

    @Test("a header with a missing, doubled or foreign column is refused by the column's name")
    func headers() async throws {
        let layout = FileLayout.of(.sdf)
        let names = layout.fields.map(\.name)
        let missing = await propertyError {
            _ = try HeaderMap(names.filter { $0 != "QUAL_CD" }, layout: layout, file: "x.csv")
        }
        #expect(missing?.code == .missingColumn)
        #expect(missing?.message.contains("QUAL_CD") == true)
        let double = await propertyError { _ = try HeaderMap(names + ["JV", "VI_CD"], layout: layout, file: "x.csv") }
        #expect(double?.code == .duplicateColumn)
        #expect(double?.message.contains("VI_CD") == true)
        let wrong = await propertyError {
            _ = try HeaderMap(FileLayout.of(.nap).fields.map(\.name), layout: layout, file: "x.csv")
        }
        #expect(wrong?.code == .wrongHeader)
        let shuffled = try HeaderMap(names.reversed() + ["NEW_COLUMN"], layout: layout, file: "x.csv")
        #expect(shuffled.unknown == ["NEW_COLUMN"])
        #expect(shuffled.columnCount == 24)
    }

    @Test(
        "a Department file name is read in any case, with folder and extension",
        arguments: ["SDF16P202501", "sdf16p202501.csv", "/a/b/SDF16P202501.ZIP"]
    )
    func fileNames(text: String) throws {
        let name = try TaxRollFileName(parsing: text)
        #expect(name.identity == (try broward(.sdf)))
        #expect(name.submission == 1)
        #expect(name.zip == "SDF16P202501.zip")
    }

    @Test(
        "a name that is none of the Department's is refused",
        arguments: ["SDF16X202501", "NAV16P202501", "x", "SDF99P202501"]
    )
    func badFileNames(text: String) {
        #expect(throws: PropertyDataError.self) { try TaxRollFileName(parsing: text) }
    }

    @Test("the portal's addresses are tried with each spelling, TPP first for the NAP")
    func portal() throws {
        let base = PortalURL.base
        #expect(
            PortalURL.candidates(try broward(.sdf)) == ["\(base)/SDF/2025P/Broward%2016%20Preliminary%20SDF%202025.zip"]
        )
        #expect(
            PortalURL.candidates(try broward(.nap)) == [
                "\(base)/NAP/2025P/Broward%2016%20Preliminary%20TPP%202025.zip",
                "\(base)/NAP/2025P/Broward%2016%20Preliminary%20NAP%202025.zip",
            ]
        )
        let johns = RollIdentity(dataset: .nal, county: try County(number: 65), roll: .final, year: 2024)
        #expect(
            PortalURL.zipNames(johns) == ["Saint Johns 65 Final NAL 2024.zip", "St. Johns 65 Final NAL 2024.zip"]
        )
    }

    private func records(_ path: String) throws -> [[String: String]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let reader = CSVReader()
        data.withUnsafeBytes { reader.append($0) }
        reader.finish()
        var header: [String] = []
        var rows: [[String: String]] = []
        while try reader.next() {
            if header.isEmpty {
                header = reader.texts()
            } else {
                rows.append(Dictionary(uniqueKeysWithValues: zip(header, reader.texts())))
            }
        }
        return rows
    }
}

extension Dictionary {
    fileprivate subscript(key: Key?) -> Value? {
        key.flatMap { self[$0] }
    }
}
