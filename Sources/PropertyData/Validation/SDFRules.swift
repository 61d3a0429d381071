/// Rules of the sales file beyond single fields (DOR User's Guide 2025; measured on Broward 2025P).
enum SDFRules {
    static func checks(_ layout: FileLayout) -> [RuleCheck] {
        [
            FileRules.constant(layout, "RS_ID"), FileRules.parcelPair(layout), saleYear(layout), strata(layout),
            changeCode(layout), multipleParcels(layout), lowPrice(layout), pendingAge(layout), SDFDeeds.price(layout),
        ] + SDFDeeds.flags(layout)
    }

    /// The file covers sales from 1 January of the year before to its submission.
    private static func saleYear(_ layout: FileLayout) -> RuleCheck {
        let (sale, assessment) = (layout.field("SALE_YR"), layout.field("ASMNT_YR"))
        return RuleCheck(
            "SDF.SALE_YR.period",
            .error,
            .range,
            fields: ["SALE_YR", "ASMNT_YR"],
            "the sale is of the assessment year or the year before"
        ) { row in
            guard let sale = row.integer(sale), let year = row.integer(assessment) else { return .failed }
            return RuleOutcome(sale == year || sale == year - 1)
        }
    }

    private static func strata(_ layout: FileLayout) -> RuleCheck {
        let (stratum, group) = (layout.field("ATV_STRT"), layout.field("GRP_NO"))
        return RuleCheck(
            "SDF.stratum.pair",
            .error,
            .crossField,
            fields: ["ATV_STRT", "GRP_NO"],
            "active stratum and group are both there or both blank"
        ) { row in RuleOutcome(row.isBlank(stratum) == row.isBlank(group)) }
    }

    private static func changeCode(_ layout: FileLayout) -> RuleCheck {
        let (change, qualification) = (layout.field("SAL_CHG_CD"), layout.field("QUAL_CD"))
        return RuleCheck(
            "SDF.SAL_CHG_CD.qualification",
            .warning,
            .crossField,
            fields: ["SAL_CHG_CD", "QUAL_CD"],
            "a change code accompanies qualification 03"
        ) { row in row.isBlank(change) ? .notApplicable : RuleOutcome(row.equals(qualification, "03")) }
    }

    private static func multipleParcels(_ layout: FileLayout) -> RuleCheck {
        let (flag, qualification) = (layout.field("MULTI_PAR_SAL"), layout.field("QUAL_CD"))
        return RuleCheck(
            "SDF.MULTI_PAR_SAL.qualification",
            .warning,
            .crossField,
            fields: ["MULTI_PAR_SAL", "QUAL_CD"],
            "qualification 05, several parcels, is flagged as a multi-parcel sale"
        ) { row in row.equals(qualification, "05") ? RuleOutcome(!row.isBlank(flag)) : .notApplicable }
    }

    /// Prices of 0 and 100 are how deeds without a price are recorded; only a qualified sale must have a real one.
    private static func lowPrice(_ layout: FileLayout) -> RuleCheck {
        let (price, qualification) = (layout.field("SALE_PRC"), layout.field("QUAL_CD"))
        return RuleCheck(
            "SDF.SALE_PRC.qualified",
            .warning,
            .crossField,
            fields: ["SALE_PRC", "QUAL_CD"],
            "a qualified sale (01 to 06) has a price above 100"
        ) { row in
            guard let code = row.integer(qualification), (1...6).contains(code) else { return .notApplicable }
            return RuleOutcome((row.integer(price) ?? 0) > 100)
        }
    }

    /// Qualification 99 is for sales of the last 90 days.
    ///
    /// The submission's month is the file's latest sale's, so that the rows of each month are counted and judged at the
    /// end.
    private static func pendingAge(_ layout: FileLayout) -> RuleCheck {
        let (year, month) = (layout.field("SALE_YR"), layout.field("SALE_MO"))
        let qualification = layout.field("QUAL_CD")
        let latest = FileRules.Box(0)
        let pending = FileRules.Box([Int: (count: Int, line: Int)]())
        return RuleCheck(
            "SDF.QUAL_CD.pending-age",
            .warning,
            .reference,
            fields: ["QUAL_CD", "SALE_YR", "SALE_MO"],
            "a pending sale (99) is not older than 90 days at the submission",
            finish: {
                var finding = LateFinding(facts: [
                    "latest_month": latest.value % 12 + 1, "latest_year": latest.value / 12,
                ])
                for (month, rows) in pending.value.sorted(by: { $0.key < $1.key }) {
                    finding.checked += rows.count
                    guard latest.value - month >= 2 else { continue }
                    finding.failed += rows.count
                    finding.samples.append((rows.line, "99 of \(month / 12)-\(month % 12 + 1)"))
                }
                return finding
            },
            row: { row in
                guard let year = row.integer(year), let month = row.integer(month) else { return .notApplicable }
                let number = year * 12 + month - 1
                latest.value = max(latest.value, number)
                if row.equals(qualification, "99") {
                    pending.value[number, default: (0, row.line)].count += 1
                }
                return .notApplicable
            }
        )
    }
}
