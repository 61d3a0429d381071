import Foundation
import Logging
import PostgresClient
@testable import PropertyData
import TestSupport
import Testing

@Suite("Loading SunBiz into PostgreSQL", .postgresServer, .timeLimit(.minutes(5)))
struct SunBizLoadTests {
    private func withDatabase(_ body: (PropertyDatabase, PostgresClient, String) async throws -> Void) async throws {
        let configuration = try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase())
        let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        let database = PropertyDatabase(client: client)
        try await database.prepare()
        try await withFolder { try await body(database, client, $0) }
        await client.close()
    }

    private func count(_ client: PostgresClient, _ sql: String) async throws -> Int {
        try await #require(client.query(sql).first).decode(0)
    }

    private func run(_ key: String, _ day: String, isSample: Bool = false, types: Set<String> = []) throws -> SunBizLoad
    {
        SunBizLoad(
            runKey: key,
            source: "test",
            isSample: isSample,
            issuedOn: try #require(CalendarDate(iso: day)),
            filingTypes: types,
            sha256: String(repeating: "0", count: 64)
        )
    }

    private func file(_ name: String, _ folder: String, _ records: [[String: String]]) throws -> SunBizFile {
        let kind = try #require(SunBizFileName(parsing: name)).kind
        var writer = RecordWriter(kind)
        for record in records { writer.append(record) }
        let path = "\(folder)/\(name)"
        try Data(writer.bytes).write(to: URL(filePath: path))
        return try SunBizFile(path: path)
    }

    private func entity(
        _ number: String,
        _ name: String,
        status: String = "A",
        officers: [String] = []
    ) -> [String: String] {
        var record = [
            "COR_NUMBER": number, "COR_NAME": name, "COR_STATUS": status, "COR_FILING_TYPE": "FLAL",
            "COR_FILE_DATE": "04132026", "RA_ZIP5": "33301", "RA_ZIP4": "0012",
        ]
        for (index, officer) in officers.enumerated() {
            record["PRINC\(index + 1)_NAME"] = officer
            record["PRINC\(index + 1)_NAME_TYPE"] = "C"
        }
        return record
    }

    @Test("the sample loads whole, and again without a change")
    func sample() async throws {
        try await withDatabase { database, client, folder in
            for round in 1...2 {
                for (name, _) in SampleRegister.files() {
                    let file = try SunBizFile(path: try SampleRegister.write(name, into: folder))
                    let load = try run(
                        "round \(round)",
                        "2025-07-0\(name.hasPrefix("20250701") ? 1 : 2)",
                        isSample: true
                    )
                    let report = try await database.load(file, load)
                    #expect(report.malformed == 0 && report.fieldDefects == 0 && report.records > 20)
                    #expect(round == 1 || (report.inserted == 0 && report.updated == 0))
                    #expect(try await database.load(file, load) == report)
                }
            }
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities") == 2_680)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE status = 'I'") == 28)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_events") == 28)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_loads") == 8)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_files WHERE is_sample") == 4)
            let linked = try await count(
                client,
                "SELECT count(*) FROM sunbiz_fictitious_owners o JOIN sunbiz_entities e ON e.doc_number = o.charter_number"
            )
            #expect(linked == 40)
            let officers = try await client.query("SELECT last, first, name_raw FROM sunbiz_officers LIMIT 1")
            let officer = try #require(officers.first)
            let names: [String] = [try officer.decode("last"), try officer.decode("first")]
            #expect(try officer.decode("name_raw", as: String.self).hasPrefix(names.joined(separator: " ")))
        }
    }

    @Test("the owners of the sample's rolls are entities of its register, with their address")
    func agreement() async throws {
        try await withDatabase { database, client, folder in
            let file = try SunBizFile(path: try SampleRegister.write("20250701c.txt", into: folder))
            _ = try await database.load(file, try run("r", "2025-07-01", isSample: true))
            let roll = try TaxRollFile(path: try SampleSource.write(try broward(.nap), into: folder))
            _ = try await database.stage(roll, runKey: "nap", origin: FileOrigin(isSample: true))
            _ = try await database.merge(runKey: "nap")
            let strangers = try await count(
                client,
                """
                SELECT count(*) FROM tangible t WHERE NOT EXISTS (SELECT FROM sunbiz_entities e
                WHERE e.name = t.own_nam AND e.princ_addr1 = t.own_addr AND e.princ_zip = t.own_zipcd)
                """
            )
            #expect(strangers == 0)
        }
    }

    @Test("a later day updates an entity and replaces its officers; an earlier one, loaded late, does not")
    func order() async throws {
        try await withDatabase { database, client, folder in
            let first = try file(
                "20260413c.txt",
                folder,
                [
                    entity("L26000000001", "HERON LLC", officers: ["A INC", "B INC"]),
                    entity("L26000000002", "BAY LLC"),
                ]
            )
            let second = try file(
                "20260415c.txt",
                folder,
                [
                    entity("L26000000001", "HERON GROUP LLC", officers: ["C INC"])
                ]
            )
            let between = try file(
                "20260414c.txt",
                folder,
                [
                    entity("L26000000001", "HERON OLD LLC"), entity("L26000000002", "BAY LLC", status: "I"),
                ]
            )
            _ = try await database.load(first, try run("1", "2026-04-13"))
            let report = try await database.load(second, try run("2", "2026-04-15"))
            #expect(report.updated == 1 && report.inserted == 0 && report.slots == 1)
            let late = try await database.load(between, try run("3", "2026-04-14"))
            #expect(late.updated == 1 && late.unchanged == 1)
            let row = try #require(
                try await client.query(
                    """
                    SELECT e.name, e.ra_zip, o.name_raw,
                        (SELECT status FROM sunbiz_entities WHERE doc_number = 'L26000000002') AS other
                    FROM sunbiz_entities e JOIN sunbiz_officers o USING (doc_number)
                    """
                ).first
            )
            #expect(try row.decode("name") == "HERON GROUP LLC")
            #expect(try row.decode("ra_zip") == "33301-0012")
            #expect(try row.decode("name_raw") == "C INC")
            #expect(try row.decode("other") == "I")
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_officers") == 1)
        }
    }

    @Test("records that cannot be used are counted with line and field, and the others load")
    func defects() async throws {
        try await withDatabase { database, client, folder in
            var broken = entity("L26000000003", "SAWGRASS LLC")
            broken["COR_FILE_DATE"] = "13132026"
            broken["COR_FILING_TYPE"] = "NEWTYPE"
            let name = "20260413c.txt"
            let path = try file(
                name,
                folder,
                [
                    entity("L26000000001", "A LLC"), broken, entity("", "NO NUMBER LLC"),
                    entity("L26000000001", "A2 LLC"),
                ]
            ).path
            let text = try String(contentsOfFile: path, encoding: .utf8) + "too short\n"
            try Data(text.utf8).write(to: URL(filePath: path))
            let report = try await database.load(try SunBizFile(path: path), try run("1", "2026-04-13"))
            #expect(report.records == 5 && report.malformed == 2 && report.fieldDefects == 2)
            #expect(report.inserted == 2 && report.repeated == 1)
            let places = report.defects.map { "\($0.line) \($0.field ?? "-")" }
            #expect(places == ["2 COR_FILING_TYPE", "2 COR_FILE_DATE", "3 COR_NUMBER", "5 -"])
            #expect(report.defects.last?.description == "\(name), line 5: the record has 9 bytes, not 1440")
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE name = 'A2 LLC'") == 1)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE file_date IS NULL") == 1)
        }
    }

    @Test("a file of another layout is refused, and nothing of it remains")
    func wrongLayout() async throws {
        try await withDatabase { database, client, folder in
            let path = try file("20260413ce.txt", folder, [["COR_EVENT_DOC_NUMBER": "L1"]]).path
            let wrong = "\(folder)/20260413c.txt"
            try FileManager.default.moveItem(atPath: path, toPath: wrong)
            let error = await propertyError {
                _ = try await database.load(try SunBizFile(path: wrong), try run("1", "2026-04-13"))
            }
            #expect(error?.code == .wrongLayout && error?.line == 1)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_files") == 0)
        }
    }

    @Test("synthetic rows make room for real ones, and are refused beside them")
    func sampleAndReal() async throws {
        try await withDatabase { database, client, folder in
            let sample = try SunBizFile(path: try SampleRegister.write("20250701c.txt", into: folder))
            _ = try await database.load(sample, try run("s", "2025-07-01", isSample: true))
            let real = try file("20260413c.txt", folder, [entity("L26000000001", "HERON LLC", officers: ["A INC"])])
            _ = try await database.load(real, try run("r", "2026-04-13"))
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities") == 1)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_officers") == 1)
            let error = await propertyError {
                _ = try await database.load(sample, try run("t", "2025-07-01", isSample: true))
            }
            #expect(error?.code == .sampleOverReal)
        }
    }

    @Test("only the filing types asked for are loaded")
    func filingTypes() async throws {
        try await withDatabase { database, client, folder in
            let file = try SunBizFile(path: try SampleRegister.write("20250701c.txt", into: folder))
            let report = try await database.load(file, try run("1", "2025-07-01", isSample: true, types: ["DOMLP"]))
            #expect(report.byFilingType == ["DOMLP": 670] && report.filtered == 2_010 && report.inserted == 670)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE filing_type <> 'DOMLP'") == 0)
        }
    }

    @Test(
        "the real daily file loads whole, with the counts that the reference documents",
        .enabled(if: SharedData.register != nil, "the real SunBiz file is not at hand")
    )
    func realFile() async throws {
        try await withDatabase { database, client, folder in
            let file = try SunBizFile(path: try #require(SharedData.register))
            var officers = [Int](repeating: 0, count: 7)
            var zipped = 0
            try await file.read { record in
                officers[CorporationRecord(record).officers.count] += 1
                zipped += record.isConforming ? 1 : 0
            }
            #expect(officers == [191, 1_610, 501, 94, 41, 10, 8] && zipped == 2_455)
            let report = try await database.load(file, try run("1", "2026-04-13"))
            #expect(report.records == 2_455 && report.malformed == 0 && report.inserted == 2_455)
            #expect(
                report.byFilingType == [
                    "FLAL": 2_082, "DOMP": 260, "DOMNP": 57, "FORL": 43, "FORP": 8, "FORNP": 3, "DOMLP": 1, "AGENT": 1,
                ]
            )
            #expect(report.fieldDefects == 0)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE status = 'A'") == 2_455)
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE fei IS NOT NULL") == 49)
            #expect(
                try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE file_date > '2026-04-13'") == 59
            )
            #expect(
                try await count(client, "SELECT count(*) FROM sunbiz_officers WHERE slot = 1 AND title = 'MGR'")
                    == 1_027
            )
            #expect(try await count(client, "SELECT count(*) FROM sunbiz_entities WHERE princ_state IS NOT NULL") == 0)
            let again = try await database.load(file, try run("2", "2026-04-13"))
            #expect(again.inserted == 0 && again.updated == 0 && again.unchanged == 2_455)
        }
    }
}
