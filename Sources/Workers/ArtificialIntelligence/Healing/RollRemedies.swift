import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Live rolls that have another number of rows than their load recorded: the load's own file is merged again.
struct CorruptionRemedy: Remedy {
    let type = IssueType.corruption
    let action = "reload_file"
    let isDestructive = false
    let context: HealingContext
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let database = PropertyDatabase(client: client)
        var targets: [HealingTarget] = []
        for roll in try await database.loadedRolls() where subject == nil || roll.identity.description == subject {
            try Task.checkCancellation()
            let live = try await database.countLive(roll.identity)
            let quarantined = try await Quarantine(client: client).count(fileID: roll.fileID)
            guard live + quarantined != roll.rows else { continue }
            targets.append(
                HealingTarget(
                    subject: roll.identity.description,
                    found: abs(live + quarantined - roll.rows),
                    detail: "\(live) live rows, \(quarantined) in quarantine, \(roll.rows) loaded"
                )
            )
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        let rolls = try await PropertyDatabase(client: client).loadedRolls()
        guard let roll = rolls.first(where: { $0.identity.description == target.subject }) else {
            throw JobFailure("not_loaded", "\(target.subject) is not loaded any more", field: "subject")
        }
        let flow = try await RollReload(context: context).start(roll.identity, from: roll, reason: type)
        return .started(flow, "its file is merged again")
    }
}

/// Rolls that are due and were never loaded, in counties that have other rolls of the year: they are downloaded.
struct MissingRollRemedy: Remedy {
    let type = IssueType.missing
    let action = "download_roll"
    let isDestructive = false
    let context: HealingContext
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let rolls = try await PropertyDatabase(client: client).loadedRolls().map(\.identity)
        let known = Set(rolls)
        var targets: [HealingTarget] = []
        // The edition that a county has of one dataset, it should have of all.
        for edition in Set(rolls.map { RollIdentity(dataset: .nal, county: $0.county, roll: $0.roll, year: $0.year) }) {
            for dataset in Dataset.allCases {
                var wanted = edition
                wanted.dataset = dataset
                guard !known.contains(wanted), subject == nil || subject == wanted.description else { continue }
                targets.append(
                    HealingTarget(subject: wanted.description, found: 1, detail: "the county has other rolls of this edition")
                )
            }
        }
        return targets.sorted { $0.subject < $1.subject }
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        .started(try await context.reload(target.subject, type), "it is downloaded and loaded")
    }
}

/// Datasets of a county whose newest roll is older than the one that is due: the due one is downloaded.
struct StaleRollRemedy: Remedy {
    let type = IssueType.staleness
    let action = "download_roll"
    let isDestructive = false
    let context: HealingContext
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let calendar = CompletionCalendar(today: Date())
        let rolls = try await PropertyDatabase(client: client).loadedRolls().map(\.identity)
        let groups = Dictionary(grouping: rolls) { "\($0.dataset) \($0.county.number)" }
        var targets: [HealingTarget] = []
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            guard let newest = group.map(\.year).max(), newest < calendar.newestYear, var wanted = group.first,
                let due = calendar.due(year: calendar.newestYear).first
            else { continue }
            wanted.year = due.year
            wanted.roll = due.roll
            guard subject == nil || subject == wanted.description else { continue }
            targets.append(
                HealingTarget(
                    subject: wanted.description,
                    found: calendar.newestYear - newest,
                    detail: "the newest roll is of \(newest)"
                )
            )
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        .started(try await context.reload(target.subject, type), "it is downloaded and loaded")
    }
}

/// Sales of parcels that the roll of the same edition lacks, on more than a hundredth: that roll is downloaded again.
struct OrphanRemedy: Remedy {
    let type = IssueType.referential
    let action = "download_roll"
    let isDestructive = false
    let context: HealingContext
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let rolls = try await PropertyDatabase(client: client).loadedRolls().map(\.identity)
        var targets: [HealingTarget] = []
        for parcels in rolls where parcels.dataset == .nal && (subject == nil || subject == parcels.description) {
            try Task.checkCancellation()
            let rows = try await client.query(
                """
                SELECT count(*) AS sales, count(*) FILTER (WHERE NOT EXISTS (
                    SELECT FROM parcels p WHERE p.co_no = s.co_no AND p.asmnt_yr = s.asmnt_yr AND p.roll = s.roll
                        AND p.parcel_id = s.parcel_id)) AS orphans
                FROM sales s WHERE s.co_no = $1::smallint AND s.asmnt_yr = $2::smallint AND s.roll = $3
                """,
                parcels.parameters
            )
            guard let row = rows.first else { continue }
            let sales: Int = try row.decode("sales")
            let orphans: Int = try row.decode("orphans")
            guard Double(orphans) > 0.01 * Double(sales) else { continue }
            targets.append(
                HealingTarget(
                    subject: parcels.description,
                    found: orphans,
                    detail: "\(orphans) of \(sales) sales are of parcels that are not in the roll"
                )
            )
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        .started(try await context.reload(target.subject, type), "the roll of parcels is downloaded and loaded")
    }
}

extension HealingContext {
    /// Starts the loading of the newest file of a roll, named as `NAL 16 2025P`.
    func reload(_ subject: String, _ reason: IssueType) async throws -> JobID {
        guard let identity = RollIdentity(describedAs: subject) else {
            throw JobFailure("unknown_roll", "a roll is named as NAL 16 2025P", field: "subject")
        }
        return try await RollReload(context: self).start(identity, from: nil, reason: reason)
    }
}
