import PropertyData
import Testing

@Suite("The real Broward files", .enabled(if: SharedData.rolls != nil), .timeLimit(.minutes(5)))
struct BrowardTests {
    private func report(_ dataset: Dataset, _ level: ValidationLevel) async throws -> ValidationReport {
        let folder = FolderSource(path: try #require(SharedData.rolls))
        return try await folder.find(try broward(dataset)).validate(level: level)
    }

    /// The rules that failed, with how often they were checked and failed.
    private func failures(_ report: ValidationReport) -> [String: [Int]] {
        let failed = report.rules.filter { $0.failed > 0 }
        return Dictionary(uniqueKeysWithValues: failed.map { ($0.rule.id, [$0.checked, $0.failed]) })
    }

    @Test("every SDF row is valid at the standard level, without a warning")
    func sdfStandard() async throws {
        let report = try await report(.sdf, .standard)
        #expect(report.rows == 95_332)
        #expect(report.valid == 95_332)
        #expect(failures(report).isEmpty)
        #expect(report.unknownColumns.isEmpty)
    }

    @Test("strict validation of the SDF finds exactly what the reference counted")
    func sdfStrict() async throws {
        let report = try await report(.sdf, .strict)
        #expect(report.valid == 95_332)
        #expect(
            failures(report) == [
                "SDF.SAL_CHG_CD.qualification": [112, 1], "SDF.MULTI_PAR_SAL.qualification": [1_705, 16],
                "SDF.QUAL_CD.pending-age": [141, 44], "SDF.MULTI_PAR_SAL.orphan": [3_960, 1],
            ]
        )
        #expect(
            report.facts == [
                "keys": 95_332, "parcels": 79_681, "deeds": 92_298, "multi_parcel_deeds": 925,
                "multi_parcel_rows": 3_959,
                "latest_year": 2_025, "latest_month": 6,
            ]
        )
    }

    @Test("every NAP row is valid at every level; only foreign postal codes are warned of")
    func nap() async throws {
        let report = try await report(.nap, .strict)
        #expect(report.rows == 90_508)
        #expect(report.valid == 90_508)
        #expect(failures(report) == ["NAP.OWN_ZIPCD.format": [90_495, 453], "NAP.OWN_ZIPCD.length": [90_495, 26]])
        #expect(report.result("NAP.JV_TOTAL.sum")?.checked == 90_508)
        #expect(report.result("NAP.EXMPT_VAL.sum")?.checked == 90_508)
        #expect(report.facts["keys"] == 90_508)
    }

    @Test("the inspection verifies the archives and finds UTF-8 and the reference's sizes")
    func inspection() async throws {
        let folder = FolderSource(path: try #require(SharedData.rolls))
        let sdf = try await folder.find(try broward(.sdf)).inspect()
        #expect(sdf.tableBytes == 13_819_385)
        #expect(sdf.lines == 95_333)
        #expect(sdf.encoding == .utf8)
        let nap = try await folder.find(try broward(.nap)).inspect()
        #expect(nap.tableBytes == 19_617_950)
        #expect(nap.lines == 90_509)
        #expect(nap.encoding == .utf8)
    }
}
