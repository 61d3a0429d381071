/// Rules that every dataset shares: they compare rows with each other and with the file's name.
enum FileRules {
    /// A mutable value that a rule's closures share.
    final class Box<Value> {
        var value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    /// County and year must be the ones of the file's name: a file under a wrong name must not replace another's rows.
    static func identity(_ layout: FileLayout, _ identity: RollIdentity?) -> RuleCheck {
        let (county, year) = (layout.field("CO_NO"), layout.field("ASMNT_YR"))
        return RuleCheck(
            "\(layout.dataset).identity",
            .error,
            .reference,
            level: .permissive,
            fields: ["CO_NO", "ASMNT_YR"],
            "county and year are those of the file's name"
        ) { row in
            guard let identity else { return .notApplicable }
            return RuleOutcome(row.integer(county) == identity.county.number && row.integer(year) == identity.year)
        }
    }

    /// No two rows have the same key; the first stays.
    static func uniqueKey(_ layout: FileLayout) -> RuleCheck {
        let key = layout.keyFields
        let seen = HashPairs()
        return RuleCheck(
            "\(layout.dataset).key.unique",
            .error,
            .unique,
            level: .permissive,
            fields: key.reversed().map { layout.fields[$0].name },
            "the key occurs once",
            finish: { LateFinding(facts: ["keys": seen.count]) },
            row: { row in RuleOutcome(seen.insert(row.hash(key))) }
        )
    }

    /// A submission's code is the same on every row.
    static func constant(_ layout: FileLayout, _ name: StaticString) -> RuleCheck {
        let field = layout.field(name)
        let first = Box<UInt64?>(nil)
        return RuleCheck(
            "\(layout.dataset).\(name).constant",
            .error,
            .reference,
            fields: ["\(name)"],
            "the submission's code is the same on every row"
        ) { row in
            let hash = row.hash(of: field)
            guard let known = first.value else {
                first.value = hash
                return .passed
            }
            return RuleOutcome(known == hash)
        }
    }

    /// SEQ_NO counts the rows from 1.
    static func sequence(_ layout: FileLayout) -> RuleCheck {
        let field = layout.field("SEQ_NO")
        let last = Box(0)
        return RuleCheck(
            "\(layout.dataset).SEQ_NO.sequence",
            .error,
            .reference,
            fields: ["SEQ_NO"],
            "the rows are numbered from 1 without gaps"
        ) { row in
            guard let number = row.integer(field) else { return .failed }
            defer { last.value = number }
            return RuleOutcome(number == last.value + 1)
        }
    }

    /// Each PARCEL_ID has one MP_ID and each MP_ID one PARCEL_ID.
    static func parcelPair(_ layout: FileLayout) -> RuleCheck {
        let (parcel, master) = (layout.field("PARCEL_ID"), layout.field("MP_ID"))
        let (masters, parcels) = (HashPairs(), HashPairs())
        return RuleCheck(
            "\(layout.dataset).parcel.one-to-one",
            .error,
            .unique,
            fields: ["MP_ID", "PARCEL_ID"],
            "PARCEL_ID and MP_ID belong together one to one",
            finish: { LateFinding(facts: ["parcels": masters.count]) },
            row: { row in
                let (own, other) = (row.hash(of: parcel), row.hash(of: master))
                let knownMaster = masters.known(own, else: other)
                let knownParcel = parcels.known(other, else: own)
                return RuleOutcome(knownMaster == other && knownParcel == own)
            }
        )
    }
}
