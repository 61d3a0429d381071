/// Rules of the tangible personal property file beyond single fields (DOR User's Guide 2025).
enum NAPRules {
    static func checks(_ layout: FileLayout) -> [RuleCheck] {
        [
            FileRules.constant(layout, "TS_ID"), FileRules.sequence(layout), justValue(layout), taxable(layout),
            exemptions(layout), assessed(layout),
        ]
    }

    private static func justValue(_ layout: FileLayout) -> RuleCheck {
        let (furniture, leasehold) = (layout.field("JV_F_F_E"), layout.field("JV_LESE_IMP"))
        let total = layout.field("JV_TOTAL")
        return RuleCheck(
            "NAP.JV_TOTAL.sum",
            .error,
            .crossField,
            fields: ["JV_TOTAL", "JV_F_F_E", "JV_LESE_IMP"],
            "JV_TOTAL = JV_F_F_E + JV_LESE_IMP"
        ) { row in
            guard let furniture = row.amount(furniture), let leasehold = row.amount(leasehold) else { return .failed }
            return RuleOutcome(row.amount(total) == furniture + leasehold)
        }
    }

    private static func taxable(_ layout: FileLayout) -> RuleCheck {
        let (assessed, exempt) = (layout.field("AV_TOTAL"), layout.field("EXMPT_VAL"))
        let taxable = layout.field("TAX_VAL")
        return RuleCheck(
            "NAP.TAX_VAL.difference",
            .error,
            .crossField,
            fields: ["TAX_VAL", "AV_TOTAL", "EXMPT_VAL"],
            "TAX_VAL = AV_TOTAL - EXMPT_VAL"
        ) { row in
            guard let assessed = row.amount(assessed), let exempt = row.amount(exempt) else { return .failed }
            return RuleOutcome(row.amount(taxable) == assessed - exempt)
        }
    }

    private static func exemptions(_ layout: FileLayout) -> RuleCheck {
        let (list, total) = (layout.field("EXMPT"), layout.field("EXMPT_VAL"))
        return RuleCheck(
            "NAP.EXMPT_VAL.sum",
            .error,
            .crossField,
            fields: ["EXMPT_VAL", "EXMPT"],
            "EXMPT_VAL is the sum of the values in EXMPT"
        ) { row in
            let listed = row.isBlank(list) ? 0 : TangibleExemption.total(of: row[list])
            return RuleOutcome(listed != nil && listed == row.amount(total))
        }
    }

    private static func assessed(_ layout: FileLayout) -> RuleCheck {
        let (assessed, just) = (layout.field("AV_TOTAL"), layout.field("JV_TOTAL"))
        return RuleCheck(
            "NAP.AV_TOTAL.limit",
            .error,
            .crossField,
            fields: ["AV_TOTAL", "JV_TOTAL"],
            "AV_TOTAL is not above JV_TOTAL"
        ) { row in
            guard let assessed = row.amount(assessed), let just = row.amount(just) else { return .failed }
            return RuleOutcome(assessed <= just)
        }
    }
}
