/// Rules of the real property file beyond single fields (DOR User's Guide 2025).
///
/// Rules that only the guide's prose supports are warnings: a county that reads it otherwise must not lose its rows.
enum NALRules {
    static func checks(_ layout: FileLayout) -> [RuleCheck] {
        [
            FileRules.constant(layout, "RS_ID"), FileRules.sequence(layout), FileRules.parcelPair(layout),
            sum(layout, "NAL.JV.sum", of: "JV", parts: 17, "the just values by class add up to JV"),
            sum(layout, "NAL.AV_NSD.sum", of: "AV_NSD", parts: 18, "the assessed values by class add up to AV_NSD"),
            order(layout, "NAL.TV_SD.limit", "TV_SD", "AV_SD"), order(layout, "NAL.TV_NSD.limit", "TV_NSD", "AV_NSD"),
            order(layout, "NAL.AV_NSD.limit", "AV_NSD", "JV"),
            together(layout, "NAL.JV_CHNG.pair", "JV_CHNG", "JV_CHNG_CD"),
            together(layout, "NAL.disaster.pair", "DISTR_CD", "DISTR_YR"),
            valueChange(layout), landUnits(layout),
            cap(layout, "NAL.EXMPT_01.limit", "EXMPT_01", 25_000),
            cap(layout, "NAL.EXMPT_02.limit", "EXMPT_02", 25_722),
        ] + NALBuildings.checks(layout) + NALSales.checks(layout)
    }

    /// The nine classes' fields lie in pairs from the 18th on: just value, then assessed value.
    ///
    /// Municipal historic classifications are left out of the totals by the guide, so that rows with one do not count.
    private static func sum(
        _ layout: FileLayout,
        _ id: String,
        of name: StaticString,
        parts first: Int,
        _ title: String
    ) -> RuleCheck {
        let total = layout.field(name)
        let parts = stride(from: first, through: first + 16, by: 2).map { $0 }
        let historic = (29...32).map { $0 }
        return RuleCheck(id, .warning, .crossField, fields: ["\(name)"] + parts.map { layout.fields[$0].name }, title) {
            row in
            guard historic.allSatisfy({ row.isBlank($0) }), parts.contains(where: { !row.isBlank($0) }) else {
                return .notApplicable
            }
            return RuleOutcome(parts.reduce(0) { $0 + (row.amount($1) ?? 0) } == row.amount(total))
        }
    }

    private static func order(
        _ layout: FileLayout,
        _ id: String,
        _ lower: StaticString,
        _ upper: StaticString
    ) -> RuleCheck {
        let (low, high) = (layout.field(lower), layout.field(upper))
        let fields = ["\(lower)", "\(upper)"]
        return RuleCheck(id, .error, .crossField, fields: fields, "\(lower) is not above \(upper)") { row in
            guard let low = row.amount(low), let high = row.amount(high) else { return .failed }
            return RuleOutcome(low <= high)
        }
    }

    private static func together(
        _ layout: FileLayout,
        _ id: String,
        _ first: StaticString,
        _ second: StaticString
    ) -> RuleCheck {
        let (one, other) = (layout.field(first), layout.field(second))
        let fields = ["\(first)", "\(second)"]
        return RuleCheck(id, .warning, .crossField, fields: fields, "both are there or both are blank") { row in
            row.isBlank(one) && row.isBlank(other)
                ? .notApplicable : RuleOutcome(row.isBlank(one) == row.isBlank(other))
        }
    }

    /// Changes within 100 dollars are not recorded.
    private static func valueChange(_ layout: FileLayout) -> RuleCheck {
        let change = layout.field("JV_CHNG")
        return RuleCheck(
            "NAL.JV_CHNG.size",
            .warning,
            .range,
            fields: ["JV_CHNG"],
            "a recorded change is more than 100 dollars"
        ) { row in
            guard !row.isBlank(change) else { return .notApplicable }
            return RuleOutcome((DecimalText.signed(row[change]) ?? 0).magnitude > 100)
        }
    }

    private static func landUnits(_ layout: FileLayout) -> RuleCheck {
        let (code, units) = (layout.field("LND_UNTS_CD"), layout.field("NO_LND_UNTS"))
        return RuleCheck(
            "NAL.NO_LND_UNTS.combination",
            .warning,
            .crossField,
            fields: ["NO_LND_UNTS", "LND_UNTS_CD"],
            "the number of land units is blank exactly for a combination of units (6)"
        ) { row in
            row.isBlank(code) ? .notApplicable : RuleOutcome(row.isBlank(units) == row.equals(code, "6"))
        }
    }

    private static func cap(_ layout: FileLayout, _ id: String, _ name: StaticString, _ limit: Int) -> RuleCheck {
        let field = layout.field(name)
        return RuleCheck(id, .warning, .range, fields: ["\(name)"], "at most \(limit) dollars (2025)") { row in
            row.isBlank(field) ? .notApplicable : RuleOutcome((row.integer(field) ?? .max) <= limit)
        }
    }
}
