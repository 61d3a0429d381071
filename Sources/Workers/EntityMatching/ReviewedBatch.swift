import JobQueue
import PostgresClient
import RecordLinkage

/// What a person decided about the pairs that a run of matching has left in doubt.
///
/// The queue's own record of the run's job says it: an approved batch is accepted as a whole; in an overridden result each
/// of `review_pairs` has the person's `decision`. Everything else leaves the pairs in doubt.
struct ReviewedBatch: Sendable {
    /// The verdict of a person.
    enum Verdict: Sendable, Equatable {
        /// Nobody has decided, or the record is gone.
        case none
        /// All pairs in doubt are one entity.
        case all
        /// What is said of each pair, by its keys; other pairs stay in doubt.
        case pairs([Pair])
    }

    /// A pair with its verdict.
    struct Pair: Sendable, Hashable {
        let left: String
        let right: String
        let isAccepted: Bool
    }

    let environment: WorkerEnvironment

    /// Reads the verdict on a run, whose id is its job's.
    func verdict(on runID: String) async throws -> Verdict {
        guard let queue = environment.queue, let id = JobID(rawValue: runID) else { return .none }
        let found: JobSnapshot?
        do throws(JobQueueError) {
            found = try await queue.job(id)
        } catch {
            throw JobFailure("queue_unavailable", error.message, isRetryable: true)
        }
        guard let job = found, [MatchEntities.name, Deduplicate.name].contains(job.action) else { return .none }
        switch job.review {
        case "approved": return .all
        case "overridden":
            guard let result = job.result else { return .none }
            return .pairs(Self.pairs(of: try JSONValue(parsing: result)))
        default: return .none
        }
    }

    private static func pairs(of result: JSONValue) -> [Pair] {
        guard case .array(let pairs) = result["review_pairs"] ?? result["matching"]?["review_pairs"] ?? .null else {
            return []
        }
        return pairs.compactMap { pair in
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
        case .none: return 0
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
    func mergeDecided(runID: String, on connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            SELECT left_kind, left_key, right_key, probability, evidence::text AS evidence FROM entity_matches
            WHERE run_id = $1 AND decided = 'accepted' AND is_by_person AND left_kind = right_kind ORDER BY id
            """,
            [.text(runID)]
        )
        guard let kind: String = try rows.first?.decode("left_kind") else { return 0 }
        let merges = try rows.map { row in
            let keys = [try row.decode("left_key", as: String.self), try row.decode("right_key", as: String.self)]
                .sorted()
            return Merge(
                survivor: keys[0],
                merged: keys[1],
                probability: try row.decode("probability"),
                rule: "a person's decision, then lowest key",
                evidence: try JSONCoding.decode(
                    [FieldEvidence].self,
                    from: Array(row.decode("evidence", as: String.self).utf8)
                )
            )
        }
        return try await merge(merges, kind: kind, runID: runID, on: connection)
    }
}
