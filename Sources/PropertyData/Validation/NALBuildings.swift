/// Rules of the real property file about buildings.
enum NALBuildings {
    static func checks(_ layout: FileLayout) -> [RuleCheck] {
        [builtYears(layout, "EFF_YR_BLT"), builtYears(layout, "ACT_YR_BLT"), future(layout), units(layout)]
    }

    /// Improved use codes: not vacant, not land only.
    private static func isImproved(_ code: Int) -> Bool {
        improved.contains(code)
    }

    private static let improved = Set(
        UseCode.all.filter {
            !$0.isVacant && ["Residential", "Commercial", "Industrial", "Institutional"].contains($0.category)
        }
        .compactMap { Int($0.code) }
        // Common elements, parking lots, golf courses, cemeteries and the like may have no building.
        .filter { ![7, 9, 28, 38, 76].contains($0) }
    )

    private static func builtYears(_ layout: FileLayout, _ name: StaticString) -> RuleCheck {
        let (use, year) = (layout.field("DOR_UC"), layout.field(name))
        return RuleCheck(
            "NAL.\(name).improved",
            .warning,
            .crossField,
            fields: ["\(name)", "DOR_UC"],
            "a parcel of an improved use has a year built"
        ) { row in
            guard let code = row.integer(use), isImproved(code) else { return .notApplicable }
            return RuleOutcome(!row.isBlank(year))
        }
    }

    private static func future(_ layout: FileLayout) -> RuleCheck {
        let (actual, assessment) = (layout.field("ACT_YR_BLT"), layout.field("ASMNT_YR"))
        return RuleCheck(
            "NAL.ACT_YR_BLT.future",
            .warning,
            .crossField,
            fields: ["ACT_YR_BLT", "ASMNT_YR"],
            "nothing was built after the assessment year"
        ) { row in
            guard let year = row.integer(actual) else { return .notApplicable }
            return RuleOutcome(year <= row.integer(assessment) ?? 0)
        }
    }

    private static func units(_ layout: FileLayout) -> RuleCheck {
        let (use, buildings) = (layout.field("DOR_UC"), layout.field("NO_BULDNG"))
        return RuleCheck(
            "NAL.NO_BULDNG.improved",
            .warning,
            .crossField,
            fields: ["NO_BULDNG", "DOR_UC"],
            "a parcel of an improved use, condominiums apart, has a number of buildings"
        ) { row in
            guard let code = row.integer(use), code != 4, isImproved(code) else { return .notApplicable }
            return RuleOutcome(!row.isBlank(buildings))
        }
    }
}
