import Foundation
import Testing

@testable import PropertyData

@Suite("Validation rules")
struct RuleTests {
    /// Broward's sample with one row's fields changed, validated.
    private func report(
        _ dataset: Dataset,
        _ level: ValidationLevel,
        _ changes: [String: String],
        row number: Int = 12
    ) async throws -> ValidationReport {
        try await withFolder { folder in
            let identity = try broward(dataset)
            let table = SampleCounty(county: identity.county, year: 2_025).table(dataset, .preliminary)
            var lines = String(decoding: table, as: UTF8.self).split(separator: "\r\n").map(String.init)
            var cells = lines[number].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            // Owners' names hold commas; the tests change fields of files without persons, or count from the end.
            let header = lines[0].split(separator: ",").map(String.init)
            let offset = cells.count - header.count
            for (name, value) in changes {
                let index = try #require(header.firstIndex(of: name))
                let owner = header.firstIndex { $0.hasPrefix("OWN_NAM") } ?? header.count
                cells[index <= owner ? index : index + offset] = value
            }
            lines[number] = cells.joined(separator: ",")
            let path = "\(folder)/\(TaxRollFileName(identity: identity, submission: 1).csv)"
            try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(fileURLWithPath: path))
            return try await TaxRollFile(path: path).validate(level: level)
        }
    }

    @Test(
        "a wrong value fails its rule from its level on, and no lower",
        arguments: [
            (Dataset.sdf, ["PARCEL_ID": ""], "SDF.PARCEL_ID.required", ValidationLevel.permissive),
            (.sdf, ["CO_NO": "17"], "SDF.identity", .permissive),
            (.sdf, ["ASMNT_YR": "2024"], "SDF.identity", .permissive),
            (.sdf, ["QUAL_CD": ""], "SDF.QUAL_CD.required", .standard),
            (.sdf, ["QUAL_CD": "15"], "SDF.QUAL_CD.enum", .standard),
            (.sdf, ["SALE_PRC": "12x"], "SDF.SALE_PRC.type", .standard),
            (.sdf, ["SALE_PRC": "-5"], "SDF.SALE_PRC.type", .standard),
            (.sdf, ["SALE_PRC": "1234567890123"], "SDF.SALE_PRC.width", .standard),
            (.sdf, ["SALE_MO": "13"], "SDF.SALE_MO.enum", .standard),
            (.sdf, ["SALE_MO": "6"], "SDF.SALE_MO.enum", .standard),
            (.sdf, ["DOR_UC": "100"], "SDF.DOR_UC.enum", .standard),
            (.sdf, ["VI_CD": "X"], "SDF.VI_CD.enum", .standard),
            (.sdf, ["SALE_YR": "2020"], "SDF.SALE_YR.period", .strict),
            (.sdf, ["GRP_NO": ""], "SDF.stratum.pair", .strict),
            (.sdf, ["RS_ID": "FFFF"], "SDF.RS_ID.constant", .strict),
            (.sdf, ["MP_ID": "01100000"], "SDF.parcel.one-to-one", .strict),
            (.nap, ["ACCT_ID": ""], "NAP.ACCT_ID.required", .permissive),
            (.nap, ["FILE_T": "R"], "NAP.FILE_T.enum", .standard),
            (.nap, ["JV_TOTAL": "999999999"], "NAP.JV_TOTAL.sum", .strict),
            (.nap, ["TAX_VAL": "7"], "NAP.TAX_VAL.difference", .strict),
            (.nap, ["EXMPT": "M;1"], "NAP.EXMPT_VAL.sum", .strict),
            (.nap, ["SEQ_NO": "999"], "NAP.SEQ_NO.sequence", .strict),
            (.nal, ["TV_SD": "999999999"], "NAL.TV_SD.limit", .strict),
            (.nal, ["AV_NSD": "999999999999"], "NAL.AV_NSD.limit", .strict),
            (.nal, ["BAS_STRT": "08"], "NAL.BAS_STRT.enum", .standard),
        ]
    )
    func errors(dataset: Dataset, changes: [String: String], rule: String, level: ValidationLevel) async throws {
        for tried in ValidationLevel.allCases {
            let report = try await report(dataset, tried, changes)
            let result = report.result(rule)
            #expect(((result?.failed ?? 0) >= 1) == (tried >= level), "\(tried)")
            guard tried >= level else { continue }
            #expect(result?.rule.severity == .error)
            #expect(report.invalid >= 1)
            let line = rule.hasSuffix("sequence") ? 13 : result?.samples.first?.line
            #expect(line == 13)
        }
    }

    @Test(
        "what real files do against the guide is a warning, and the row stays valid",
        arguments: [
            (Dataset.sdf, ["QUAL_CD": "01", "SALE_PRC": "100"], "SDF.SALE_PRC.qualified"),
            (.sdf, ["SAL_CHG_CD": "8", "QUAL_CD": "01"], "SDF.SAL_CHG_CD.qualification"),
            (.sdf, ["QUAL_CD": "05", "MULTI_PAR_SAL": ""], "SDF.MULTI_PAR_SAL.qualification"),
            (.sdf, ["MULTI_PAR_SAL": ""], "SDF.MULTI_PAR_SAL.missing"),
            (.nap, ["OWN_ZIPCD": "M3J 2"], "NAP.OWN_ZIPCD.format"),
            (.nap, ["OWN_ZIPCD": "1030"], "NAP.OWN_ZIPCD.length"),
            (.nap, ["PEN_RATE": "7"], "NAP.PEN_RATE.enum"), (.nal, ["DISTR_CD": "2"], "NAL.disaster.pair"),
            (.nal, ["LND_UNTS_CD": "6"], "NAL.NO_LND_UNTS.combination"), (.nal, ["JV_CHNG": "-50"], "NAL.JV_CHNG.size"),
            (.nal, ["TWN": "5AS"], "NAL.TWN.format"), (.nal, ["SALE_YR1": "2001"], "NAL.SALE_YR1.period"),
        ]
    )
    func warnings(dataset: Dataset, changes: [String: String], rule: String) async throws {
        // Row 1 of the SDF belongs to a deed with two parcels.
        let report = try await report(dataset, .strict, changes, row: rule.hasSuffix("missing") ? 1 : 12)
        #expect(report.result(rule)?.rule.severity == .warning)
        #expect(report.result(rule)?.failed == 1)
        #expect(report.invalid == 0)
    }

    @Test(
        "a doubled key and a ragged row are errors at every level, and the first of the doubles stays",
        arguments: ValidationLevel.allCases
    )
    func keysAndColumns(level: ValidationLevel) async throws {
        try await withFolder { folder in
            let identity = try broward(.sdf)
            let table = SampleCounty(county: identity.county, year: 2_025).table(.sdf, .preliminary)
            var lines = String(decoding: table, as: UTF8.self).split(separator: "\r\n").map(String.init)
            lines.append(lines[20])
            lines.append("16,\"X\"")
            let path = "\(folder)/SDF16P202501.csv"
            try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(fileURLWithPath: path))
            var issues: [RowIssue] = []
            let report = try await TaxRollFile(path: path).validate(level: level, reject: { issues += $0 })
            #expect(report.invalid == 2)
            #expect(issues.map(\.rule) == ["SDF.key.unique", "SDF.columns"])
            #expect(issues.map(\.line) == [63, 64])
        }
    }

    @Test("a file that is not UTF-8 is read as Latin-1, and a width counts characters")
    func latin1() async throws {
        try await withFolder { folder in
            let identity = try broward(.nap)
            let table = SampleCounty(county: identity.county, year: 2_025).table(.nap, .preliminary)
            let name = Array("\"".utf8) + Array(repeating: 0xfc, count: 50) + Array("\"".utf8)
            let text = String(decoding: table, as: UTF8.self)
            let company = try #require(SampleCounty(county: identity.county, year: 2_025).companies.first).name
            let parts = text.split(separator: "\"\(company)\"", maxSplits: 1)
            let path = "\(folder)/NAP16P202501.csv"
            try Data(Array(parts[0].utf8) + name + Array(parts[1].utf8)).write(to: URL(fileURLWithPath: path))
            let file = try TaxRollFile(path: path)
            #expect(try await file.inspect().encoding == .latin1)
            let report = try await file.validate(level: .strict)
            #expect(report.invalid == 0 && report.rows == 80)
        }
    }

    @Test("rule ids are unique and every rule names fields of the layout", arguments: Dataset.allCases)
    func catalogue(dataset: Dataset) {
        let rules = ValidationRule.all(for: dataset)
        #expect(Set(rules.map(\.id)).count == rules.count)
        #expect(rules.allSatisfy { rule in rule.fields.allSatisfy { FileLayout.of(dataset).index(of: $0) != nil } })
        #expect(rules.allSatisfy { !$0.fields.isEmpty && !$0.title.isEmpty })
    }

    @Test("a wrong header and an empty table are errors of the file")
    func headers() async throws {
        try await withFolder { folder in
            let path = "\(folder)/SDF16P202501.csv"
            try Data("\r\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(
                await propertyError { _ = try await TaxRollFile(path: path).validate(level: .strict) }?.code
                    == .wrongHeader
            )
            try Data("A,B,C\r\n1,2,3\r\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(
                await propertyError { _ = try await TaxRollFile(path: path).validate(level: .strict) }?.code
                    == .wrongHeader
            )
        }
    }

    @Test("200,000 rows of a NAL are validated at constant memory")
    func memory() async throws {
        try await withFolder { folder in
            let identity = try broward(.nal)
            let path = "\(folder)/NAL16P202501.csv"
            try writeLargeRoll(path, rows: 200_000, identity)
            let before = try residentMebibytes()
            let peak = Peak(before)
            let report = try await TaxRollFile(path: path).validate(
                level: .permissive,
                encoding: .utf8,
                progress: { _, _, _ in try peak.note() }
            )
            #expect(report.rows == 200_000 && report.valid == 200_000)
            #expect(peak.value - before < 64, "grew from \(before) to \(peak.value) MiB")
        }
    }
}
