import Foundation
import Logging
import PostgresClient
import TestSupport
import Testing

@testable import PropertyData

@Suite("Loading into PostgreSQL", .postgresServer, .timeLimit(.minutes(5)))
struct LoadingTests {
    /// Runs the body with a prepared database, its client and a folder.
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

    /// Writes Broward's sample as a CSV with its lines changed.
    private func write(
        _ dataset: Dataset,
        _ folder: String,
        submission: Int = 1,
        _ change: (inout [String]) -> Void = { _ in }
    ) throws -> TaxRollFile {
        let identity = try broward(dataset)
        let table = SampleCounty(county: identity.county, year: 2_025).table(dataset, .preliminary)
        var lines = String(decoding: table, as: UTF8.self).split(separator: "\r\n").map(String.init)
        change(&lines)
        let path = "\(folder)/\(TaxRollFileName(identity: identity, submission: submission).csv)"
        try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(fileURLWithPath: path))
        return try TaxRollFile(path: path)
    }

    @Test("a file loaded twice leaves the same rows and no duplicates", arguments: Dataset.allCases)
    func twice(dataset: Dataset) async throws {
        try await withDatabase { database, client, folder in
            let file = try TaxRollFile(path: try SampleSource.write(try broward(dataset), into: folder))
            let origin = FileOrigin(url: "sample:", isSample: true)
            let staged = try await database.stage(file, runKey: "one", level: .strict, origin: origin)
            #expect(staged.staged == staged.validation.rows && staged.nulledValues == 0)
            let first = try await database.merge(runKey: "one")
            #expect(
                first.inserted == staged.staged && first.updated == 0 && first.deleted == 0
                    && first.live == staged.staged
            )
            #expect(try await database.merge(runKey: "one") == first)
            _ = try await database.stage(file, runKey: "two", level: .strict, origin: origin)
            let second = try await database.merge(runKey: "two")
            #expect(second.inserted == 0 && second.updated == 0 && second.unchanged == staged.staged)
            #expect(second.fileID == first.fileID)
            let files = try await count(client, "SELECT count(*) FROM source_files WHERE is_sample AND url = 'sample:'")
            #expect(files == 1)
            let tables = try await count(client, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'staging\\_%'")
            #expect(tables == 0)
        }
    }

    @Test("a new submission inserts, updates and deletes exactly what changed")
    func changes() async throws {
        try await withDatabase { database, client, folder in
            _ = try await database.stage(try write(.sdf, folder), runKey: "one")
            let before = try await database.merge(runKey: "one")
            let file = try write(.sdf, folder, submission: 2) { lines in
                lines[5] = lines[5].replacing("\"000", with: "\"999")
                lines[40] = lines[40].replacing(",\"1\",", with: ",\"2\",")
                lines.remove(at: 20)
                lines.append(lines[30].replacing("\"99000", with: "\"88000"))
            }
            _ = try await database.stage(file, runKey: "two")
            let after = try await database.merge(runKey: "two")
            #expect(after.deleted == 1 && after.inserted == 1 && after.updated >= 1)
            #expect(after.live == before.live)
            #expect(after.unchanged == before.live - 1 - after.updated)
            let fromSecond = try await count(client, "SELECT count(*) FROM sales WHERE file_id = \(after.fileID)")
            #expect(fromSecond == after.inserted + after.updated)
        }
    }

    @Test("invalid rows are kept apart with line, rule, field and value, and are not live")
    func rejects() async throws {
        try await withDatabase { database, client, folder in
            let file = try write(.sdf, folder) { lines in
                lines[3] = lines[3].replacing("\"V\"", with: "\"Q\"").replacing("\"I\"", with: "\"Q\"")
                lines.append("16,short")
            }
            let report = try await database.stage(file, runKey: "run")
            #expect(report.validation.invalid == 2 && report.rejectedViolations == 2)
            let merged = try await database.merge(runKey: "run")
            #expect(merged.live == report.validation.valid)
            let rows = try await client.query("SELECT line, rule_id, field, value FROM rejected_rows ORDER BY line")
            #expect(
                rows.map { [$0[0], $0[1], $0[2], $0[3]] } == [
                    ["4", "SDF.VI_CD.enum", "VI_CD", "Q"], ["63", "SDF.columns", "columns", "2"],
                ]
            )
            let failed = try await count(
                client,
                "SELECT failed FROM validation_results WHERE rule_id = 'SDF.VI_CD.enum'"
            )
            #expect(failed == 1)
        }
    }

    @Test("values arrive typed, blanks as null, exemptions and rest as JSON")
    func values() async throws {
        try await withDatabase { database, client, folder in
            for dataset in Dataset.allCases {
                _ = try await database.stage(try write(dataset, folder), runKey: dataset.rawValue)
                _ = try await database.merge(runKey: dataset.rawValue)
            }
            let sample = SampleCounty(county: try County(number: 16), year: 2_025)
            let parcel = try #require(sample.parcels.first { $0.isHomestead })
            let row = try #require(
                try await client.query(
                    "SELECT jv, dor_uc, own_name, exemptions->>'01' AS first, raw->>'jv_hmstd' AS homestead, own_addr2 "
                        + "FROM parcels WHERE parcel_id = $1",
                    [.text(parcel.id)]
                ).first
            )
            #expect(try row.decode("jv", as: Int.self) == parcel.justValue)
            #expect(row["dor_uc"] == parcel.use && row["own_name"] == parcel.owner.name)
            #expect(row["first"] == "25000" && row["homestead"] == String(parcel.justValue) && row["own_addr2"] == nil)
            let tangible = try await count(
                client,
                "SELECT sum((exemptions->>'M')::bigint)::bigint - sum(exmpt_val)::bigint FROM tangible"
            )
            #expect(tangible == 0)
            let joined = try await count(
                client,
                "SELECT count(*) FROM sales s JOIN parcels p USING (co_no, parcel_id, mp_id)"
            )
            #expect(joined == 61)
        }
    }

    @Test("a merge that would delete too much is refused and changes nothing")
    func deletions() async throws {
        try await withDatabase { database, client, folder in
            _ = try await database.stage(try write(.sdf, folder), runKey: "one")
            _ = try await database.merge(runKey: "one")
            let half = try write(.sdf, folder, submission: 2) { $0.removeLast(30) }
            _ = try await database.stage(half, runKey: "two")
            #expect(await propertyError { _ = try await database.merge(runKey: "two") }?.code == .tooManyDeletions)
            let live = try await count(client, "SELECT count(*) FROM sales")
            #expect(live == 61)
            let allowed = try await database.merge(runKey: "two", maximumDeletedShare: 1)
            #expect(allowed.deleted == 30 && allowed.live == 31)
        }
    }

    @Test("a run that is cancelled or fails leaves nothing behind, and its key can be used again")
    func cancelled() async throws {
        struct Stop: Error {}
        try await withDatabase { database, client, folder in
            let file = try write(.nal, folder)
            await #expect(throws: Stop.self) {
                _ = try await database.stage(file, runKey: "run", progress: { _, _, _ in throw Stop() })
            }
            let left = try await count(client, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'staging\\_%'")
            #expect(left == 0)
            #expect(await propertyError { _ = try await database.merge(runKey: "run") }?.code == .notStaged)
            _ = try await database.stage(file, runKey: "run")
            let again = try await database.stage(file, runKey: "run")
            #expect(try await database.merge(runKey: "run").live == again.staged)
        }
    }

    @Test("two runs of one roll merged at once end with the roll once")
    func concurrent() async throws {
        try await withDatabase { database, client, folder in
            let file = try write(.nap, folder)
            _ = try await database.stage(file, runKey: "one")
            _ = try await database.stage(file, runKey: "two")
            async let first = database.merge(runKey: "one")
            async let second = database.merge(runKey: "two")
            let reports = try await [first, second]
            #expect(reports.map(\.inserted).sorted() == [0, 80])
            let live = try await count(client, "SELECT count(*) FROM tangible")
            #expect(live == 80)
        }
    }

    @Test("what is staged and never merged is discarded, tables and all")
    func discard() async throws {
        try await withDatabase { database, client, folder in
            _ = try await database.stage(try write(.sdf, folder), runKey: "one")
            #expect(try await database.discardStaged(before: .distantPast) == 0)
            #expect(try await database.discardStaged(before: .distantFuture) == 1)
            let left = try await count(client, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'staging\\_%'")
            #expect(left == 0)
        }
    }

    @Test("permissive loading nulls what no column can hold and counts it")
    func permissive() async throws {
        try await withDatabase { database, _, folder in
            let file = try write(.nap, folder) { $0[1] = $0[1].replacing("\"M;", with: "\"?;") }
            let report = try await database.stage(file, runKey: "run", level: .permissive)
            #expect(report.staged == 80 && report.nulledValues == 1)
        }
    }

    @Test("a number that its column cannot hold becomes null at the level permissive, and the load goes on")
    func tooLarge() async throws {
        try await withDatabase { database, client, folder in
            let file = try write(.sdf, folder) { lines in
                var cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                // SALE_YR is a smallint.
                cells[16] = "99999"
                lines[1] = cells.joined(separator: ",")
            }
            let report = try await database.stage(file, runKey: "run", level: .permissive)
            #expect(report.staged == 61 && report.nulledValues == 1)
            _ = try await database.merge(runKey: "run")
            let without = try await count(client, "SELECT count(*) FROM sales WHERE sale_yr IS NULL")
            #expect(without == 1)
        }
    }

    @Test(
        "the real files load, and load again without a change",
        .enabled(if: SharedData.rolls != nil),
        arguments: [Dataset.sdf, .nap]
    )
    func real(dataset: Dataset) async throws {
        try await withDatabase { database, client, _ in
            let file = try FolderSource(path: try #require(SharedData.rolls)).find(try broward(dataset))
            let report = try await database.stage(file, runKey: "one", level: .strict)
            let first = try await database.merge(runKey: "one")
            #expect(first.inserted == (dataset == .sdf ? 95_332 : 90_508))
            #expect(first.live == report.staged)
            _ = try await database.stage(file, runKey: "two", inspection: report.inspection)
            let second = try await database.merge(runKey: "two")
            #expect(second.unchanged == first.live)
        }
    }

    @Test("a prepared database prepares again without a change and knows counties and use codes")
    func prepare() async throws {
        try await withDatabase { database, client, _ in
            try await database.prepare()
            let counties = try await count(client, "SELECT count(*) FROM counties")
            let codes = try await count(client, "SELECT count(*) FROM use_codes")
            #expect(counties == 67 && codes == 100)
        }
    }
}
