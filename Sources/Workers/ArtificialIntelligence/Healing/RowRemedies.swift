import JobQueue
import PostgresClient
import PropertyData

/// Rows that repeat another row of their roll in everything but the key: all but the first go into quarantine.
struct DuplicateRemedy: Remedy {
    let type = IssueType.duplicate
    let action = "quarantine_duplicates"
    let isDestructive = true
    let key: String
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        var targets: [HealingTarget] = []
        for roll in try await PropertyDatabase(client: client).loadedRolls()
        where subject == nil || roll.identity.description == subject {
            try Task.checkCancellation()
            let extra = try await RollObserver.countDuplicates(roll.identity, client)
            guard extra > 0 else { continue }
            let columns = RollObserver.watch(roll.identity.dataset).sameThing.joined(separator: ", ")
            targets.append(
                HealingTarget(
                    subject: roll.identity.description,
                    found: extra,
                    detail: "\(extra) rows agree with another one in \(columns)"
                )
            )
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        guard let roll = RollIdentity(describedAs: target.subject) else {
            throw JobFailure("unknown_roll", "a roll is named as NAL 16 2025P", field: "subject")
        }
        let watch = RollObserver.watch(roll.dataset)
        let keys = ["sales": "parcel_id, sale_id_cd", "parcels": "parcel_id", "tangible": "acct_id"]
        let own = keys[watch.table] ?? "parcel_id"
        let ofRoll = "co_no = $3::smallint AND asmnt_yr = $4::smallint AND roll = $5"
        let known = watch.sameThing.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        let same = watch.sameThing.joined(separator: ", ")
        let moved = try await Quarantine(client: client).move(
            table: watch.table,
            where: """
                \(ofRoll) AND (\(own)) IN (SELECT \(own) FROM (
                    SELECT \(own), row_number() OVER (PARTITION BY \(same) ORDER BY \(own)) AS place
                    FROM \(watch.table) WHERE \(ofRoll) AND \(known)) AS numbered WHERE place > 1)
                """,
            roll.parameters,
            reason: "duplicate",
            key: key
        )
        return .done("\(moved) rows were moved to quarantined_rows")
    }
}

/// Live rows with values that no row can have: they go into quarantine.
struct ImpossibleValueRemedy: Remedy {
    let type = IssueType.validation
    let action = "quarantine_invalid_rows"
    let isDestructive = true
    let key: String
    let client: PostgresClient

    /// What no row can have, by dataset.
    private static let impossible: [Dataset: (table: String, condition: String)] = [
        .nal: (
            "parcels",
            """
            (jv < 0 OR lnd_val < 0 OR act_yr_blt > asmnt_yr + 1
                OR (dor_uc IS NOT NULL AND dor_uc NOT IN (SELECT code FROM use_codes)))
            """
        ),
        .sdf: ("sales", "(sale_mo NOT BETWEEN 1 AND 12 OR sale_prc < 0 OR sale_yr > asmnt_yr)"),
        .nap: ("tangible", "(jv_total < 0 OR tax_val < 0 OR exmpt_val < 0)"),
    ]

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        var targets: [HealingTarget] = []
        for roll in try await PropertyDatabase(client: client).loadedRolls()
        where subject == nil || roll.identity.description == subject {
            try Task.checkCancellation()
            guard let (table, condition) = Self.impossible[roll.identity.dataset] else { continue }
            let rows = try await client.query(
                """
                SELECT count(*) FROM \(table)
                WHERE co_no = $1::smallint AND asmnt_yr = $2::smallint AND roll = $3 AND \(condition)
                """,
                roll.identity.parameters
            )
            let found: Int = try rows.first?.decode(0) ?? 0
            guard found > 0 else { continue }
            targets.append(
                HealingTarget(
                    subject: roll.identity.description,
                    found: found,
                    detail: "\(found) rows have a value that no row can have"
                )
            )
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        guard let roll = RollIdentity(describedAs: target.subject),
            let (table, condition) = Self.impossible[roll.dataset]
        else { throw JobFailure("unknown_roll", "a roll is named as NAL 16 2025P", field: "subject") }
        let moved = try await Quarantine(client: client).move(
            table: table,
            where: "co_no = $3::smallint AND asmnt_yr = $4::smallint AND roll = $5 AND \(condition)",
            roll.parameters,
            reason: "impossible value",
            key: key
        )
        return .done("\(moved) rows were moved to quarantined_rows")
    }
}
