/// Rules of the real property file about the two sales that each parcel can carry.
enum NALSales {
    static func checks(_ layout: FileLayout) -> [RuleCheck] {
        [
            complete(layout, 1, "QUAL_CD1", "VI_CD1", "SALE_PRC1", "SALE_YR1", "SALE_MO1"),
            complete(layout, 2, "QUAL_CD2", "VI_CD2", "SALE_PRC2", "SALE_YR2", "SALE_MO2"),
            period(layout, "SALE_YR1"), period(layout, "SALE_YR2"),
        ]
    }

    private static func complete(_ layout: FileLayout, _ number: Int, _ names: StaticString...) -> RuleCheck {
        let fields = names.map { layout.field($0) }
        return RuleCheck(
            "NAL.sale\(number).complete",
            .warning,
            .crossField,
            fields: names.map { "\($0)" },
            "a sale has its qualification, vacancy, price, year and month"
        ) { row in
            let blanks = fields.count { row.isBlank($0) }
            return blanks == fields.count ? .notApplicable : RuleOutcome(blanks == 0)
        }
    }

    private static func period(_ layout: FileLayout, _ name: StaticString) -> RuleCheck {
        let (sale, assessment) = (layout.field(name), layout.field("ASMNT_YR"))
        return RuleCheck(
            "NAL.\(name).period",
            .warning,
            .range,
            fields: ["\(name)", "ASMNT_YR"],
            "the sale is of the assessment year or the year before"
        ) { row in
            guard let sale = row.integer(sale), let year = row.integer(assessment) else { return .notApplicable }
            return RuleOutcome(sale == year || sale == year - 1)
        }
    }
}
