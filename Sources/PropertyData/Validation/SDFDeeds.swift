/// Rules about deeds that convey several parcels: the file has a row per parcel, each with the whole price.
enum SDFDeeds {
    private struct Deed {
        var line: UInt32
        var rows: UInt16 = 0
        var flagged: UInt16 = 0

        mutating func count(_ isFlagged: Bool) {
            guard rows < .max else { return }
            rows += 1
            if isFlagged { flagged += 1 }
        }
    }

    /// The price of a deed is the same on all of its rows: summing must first take one row per deed.
    static func price(_ layout: FileLayout) -> RuleCheck {
        let (id, price) = (layout.field("SALE_ID_CD"), layout.field("SALE_PRC"))
        let prices = HashPairs()
        return RuleCheck(
            "SDF.deed.price",
            .error,
            .reference,
            fields: ["SALE_PRC", "SALE_ID_CD"],
            "every parcel of a deed carries the same, whole price",
            finish: { LateFinding(facts: ["deeds": prices.count]) },
            row: { row in
                let own = row.hash(of: price)
                return RuleOutcome(prices.known(row.hash(of: id), else: own) == own)
            }
        )
    }

    /// Rows of a deed with several parcels are flagged, and rows with a flag have a deed with several parcels.
    ///
    /// A deed's first row cannot be judged before its second, so both are counted at the end.
    static func flags(_ layout: FileLayout) -> [RuleCheck] {
        let (id, flag) = (layout.field("SALE_ID_CD"), layout.field("MULTI_PAR_SAL"))
        let deeds = FileRules.Box([UInt64: Deed]())
        let missing = RuleCheck(
            "SDF.MULTI_PAR_SAL.missing",
            .warning,
            .reference,
            fields: ["MULTI_PAR_SAL", "SALE_ID_CD"],
            "every row of a deed with several parcels is flagged",
            finish: {
                var finding = LateFinding()
                for deed in deeds.value.values where deed.rows > 1 {
                    finding.checked += Int(deed.rows)
                    finding.failed += Int(deed.rows - deed.flagged)
                    finding.facts["multi_parcel_deeds", default: 0] += 1
                    if deed.flagged < deed.rows { finding.samples.append((Int(deed.line), "")) }
                }
                finding.facts["multi_parcel_rows"] = finding.checked
                return finding
            },
            row: { row in
                let isFlagged = !row.isBlank(flag)
                let first = Deed(line: UInt32(truncatingIfNeeded: row.line))
                deeds.value[row.hash(of: id), default: first].count(isFlagged)
                return .notApplicable
            }
        )
        let orphan = RuleCheck(
            "SDF.MULTI_PAR_SAL.orphan",
            .warning,
            .reference,
            fields: ["MULTI_PAR_SAL", "SALE_ID_CD"],
            "a flagged row's deed has several parcels in the file",
            finish: {
                var finding = LateFinding()
                for deed in deeds.value.values where deed.flagged > 0 {
                    finding.checked += Int(deed.flagged)
                    guard deed.rows == 1 else { continue }
                    finding.failed += 1
                    finding.samples.append((Int(deed.line), "flagged"))
                }
                return finding
            },
            row: { _ in .notApplicable }
        )
        return [missing, orphan]
    }
}
