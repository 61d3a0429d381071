import JobQueue
import PostgresClient
import RecordLinkage

/// What a person decided about the pairs that a run of matching has left in doubt.
///
/// The queue's own record of the run's job says it: an approved batch is accepted as a whole, where the person was asked for
/// it and was shown all of its pairs; in an overridden result each of `review_pairs` has the person's `decision`. Everything
/// else leaves the pairs in doubt.
struct ReviewedBatch: Sendable {
    /// The verdict of a person.
    enum Verdict: Sendable, Equatable {
        /// Nobody has decided, or the record is gone.
        case none
        /// All pairs in doubt are one entity.
        case all
        /// The result was approved for another reason, or not all pairs in doubt were shown: they stay in doubt.
        case unseen
        /// What is said of each pair, by its keys; other pairs stay in doubt.
        case pairs([Pair])
    }

    /// A pair with its verdict.
    struct Pair: Sendable, Hashable {
        let left: String
        let right: String
        let isAccepted: Bool
    }

    /// What is said of ``Verdict/unseen``.
    static let unseen =
        "the approval decides no pairs: it was not asked for them, or not all were shown; override or retry decides them"

    let environment: WorkerEnvironment

    /// Reads the verdict on a run, whose id is its job's.
    func verdict(on runID: String) async throws -> Verdict {
        guard let queue = environment.queue, let id = JobID(rawValue: runID) else { return .none }
        let found: JobSnapshot?
        var reason: ReviewReason?
        do throws(JobQueueError) {
            found = try await queue.job(id)
            if let escalation = found?.escalation { reason = try await queue.escalation(escalation)?.reason }
        } catch {
            throw JobFailure("queue_unavailable", error.message, isRetryable: true)
        }
        guard let job = found, let result = job.result, [MatchEntities.name, Deduplicate.name].contains(job.action)
        else {
            return .none
        }
        switch job.review {
        case "approved":
            let summary = Self.summary(try JSONValue(parsing: result))
            let isComplete = summary["in_review"] == .integer(Self.shown(summary).count)
            return reason == .approvalRequired && isComplete ? .all : .unseen
        case "overridden": return .pairs(Self.pairs(of: Self.summary(try JSONValue(parsing: result))))
        default: return .none
        }
    }

    /// What a result says of the linkage: all of it, or a part.
    private static func summary(_ result: JSONValue) -> JSONValue { result["matching"] ?? result }

    private static func shown(_ summary: JSONValue) -> [JSONValue] {
        guard case .array(let pairs) = summary["review_pairs"] ?? .null else { return [] }
        return pairs
    }

    private static func pairs(of summary: JSONValue) -> [Pair] {
        shown(summary).compactMap { pair in
            guard let left = pair["left"]?.string, let right = pair["right"]?.string,
                let decision = pair["decision"]?.string.flatMap(MatchedPair.Decision.init(rawValue:)),
                decision != .review
            else { return nil }
            return Pair(left: left, right: right, isAccepted: decision == .accepted)
        }
    }
}

extension MatchStore {
    /// Writes a verdict into a run's pairs and answers how many it has decided; a second time there are none.
    func apply(_ verdict: ReviewedBatch.Verdict, runID: String, on connection: PostgresConnection) async throws -> Int {
        switch verdict {
        case .none, .unseen: return 0
        case .all:
            return try await connection.execute(
                """
                UPDATE entity_matches SET decided = 'accepted', is_by_person = true
                WHERE run_id = $1 AND decided = 'review'
                """,
                [.text(runID)]
            )
        case .pairs(let pairs):
            return try await connection.execute(
                """
                UPDATE entity_matches m SET decided = p.decided, is_by_person = true
                FROM unnest($2, $3, $4) AS p (left_key, right_key, decided)
                WHERE m.run_id = $1 AND m.decided = 'review' AND m.left_key = p.left_key AND m.right_key = p.right_key
                """,
                [
                    .text(runID), .textArray(pairs.map(\.left)), .textArray(pairs.map(\.right)),
                    .textArray(pairs.map { ($0.isAccepted ? MatchedPair.Decision.accepted : .rejected).rawValue }),
                ]
            )
        }
    }

    /// Logs a merge for each pair of a run that a person has accepted, under the run, so that its undo takes them back too.
    ///
    /// Where the run's merges join two records of which the person has said that they are not one, all are logged anew, the
    /// surest pairs first, without what would join those two.
    func mergeDecided(runID: String, on connection: PostgresConnection) async throws -> Int {
        let logged = try await connection.query(
            """
            SELECT kind, survivor_key, merged_key, coalesce(left_key, survivor_key) AS left_key,
                coalesce(right_key, merged_key) AS right_key
            FROM entity_merges WHERE run_id = $1 AND undone_at IS NULL ORDER BY id
            """,
            [.text(runID)]
        )
        var joined = Survivors()
        for row in logged {
            let left = joined.survivor(of: try row.decode("left_key"))
            let right = joined.survivor(of: try row.decode("right_key"))
            if left != right { joined.add(right, to: left) }
        }
        let isOverruled = try await rejected(runID, on: connection)
            .contains { $0.left != $0.right && joined.survivor(of: $0.left) == joined.survivor(of: $0.right) }
        let rows = try await connection.query(
            """
            SELECT left_kind, left_key, right_key, probability, evidence::text AS evidence FROM entity_matches
            WHERE run_id = $1 AND decided = 'accepted' AND (is_by_person OR $2) AND left_kind = right_kind
            ORDER BY is_by_person DESC, probability DESC, id
            """,
            [.text(runID), .bool(isOverruled)]
        )
        guard let kind: String = try (logged.first?.decode("kind") ?? rows.first?.decode("left_kind")) else { return 0 }
        let survivors = Set(try logged.map { try $0.decode("survivor_key", as: String.self) })
        let removed = isOverruled ? try await remove(runID: runID, kind: kind, on: connection) : 0
        let merges = try rows.map { row in
            let keys = [try row.decode("left_key", as: String.self), try row.decode("right_key", as: String.self)]
                .sorted { (survivors.contains($0) ? 0 : 1, $0) < (survivors.contains($1) ? 0 : 1, $1) }
            return Merge(
                survivor: keys[0],
                merged: keys[1],
                probability: try row.decode("probability"),
                rule: "a person's decision, then earlier survivor, then lowest key",
                evidence: try JSONCoding.decode(
                    [FieldEvidence].self,
                    from: Array(row.decode("evidence", as: String.self).utf8)
                )
            )
        }
        return max(0, try await merge(merges, kind: kind, runID: runID, on: connection) - removed)
    }
}
