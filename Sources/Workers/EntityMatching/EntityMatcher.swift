import JobQueue
import RecordLinkage

/// Links records and decides about the pairs.
struct EntityMatcher {
    /// A finished linkage.
    struct Matching: Sendable {
        let left: EntityRecords
        let right: EntityRecords?
        let linkage: Linkage
        let thresholds: MatchThresholds
        /// Pairs from the review threshold on, and those that a person decided about.
        let pairs: [MatchedPair]
        /// Pairs likely to be one that are different companies of a register, whose names or tax numbers say so.
        let siblings: Int
        /// How each column was compared.
        let columns: [String: String]

        func count(_ decision: MatchedPair.Decision) -> Int { pairs.count { $0.decision == decision } }
    }

    let context: JobContext
    let thresholds: MatchThresholds
    /// Addresses that more records than this share say nothing.
    let massAddressLimit: Int
    /// A person's verdict on pairs, see ``PairDecisions``.
    let decisions: [String: Bool]

    /// Links two sets of records, or finds the duplicates of one.
    func match(_ left: EntityRecords, _ right: EntityRecords?) async throws -> Matching {
        let schema = try schema(left, right)
        let decisions = try PairDecisions(decisions, left, right)
        var settings = LinkageSettings()
        settings.threshold = thresholds.accept
        settings.reportedFrom = min(0.01, thresholds.review)
        let linkage = try await Linker(schema: schema, settings: settings)
            .link(left.table, right?.table) { phase, done, total in
                context.report(done: done, total: total, unit: "parts of \(phase)")
            }
        let rule = right == nil ? RegisterRule(left) : nil
        var siblings = 0
        let reported = linkage.pairs.compactMap { pair -> MatchedPair? in
            let keys = (left.key(pair.left), (right ?? left).key(pair.right))
            let verdict = decisions[keys.0, keys.1]
            guard verdict != nil || pair.probability >= thresholds.review else { return nil }
            let finding = rule?.finding(pair.left, pair.right) ?? .same
            let isLikely = pair.isAccepted && pair.probability >= thresholds.accept
            let decision: MatchedPair.Decision
            switch (verdict, finding) {
            case (true?, _): decision = .accepted
            case (false?, _): decision = .rejected
            case (nil, .same): decision = isLikely ? .accepted : .review
            case (nil, .unclear): decision = .review
            case (nil, .siblings):
                decision = .rejected
                siblings += 1
            }
            return MatchedPair(
                left: keys.0,
                right: keys.1,
                probability: pair.probability,
                score: pair.weight,
                decision: decision,
                evidence: linkage.evidence(for: pair)
            )
        }
        var pairs = decisions.complete(reported)
        try decisions.separate(&pairs)
        return Matching(
            left: left,
            right: right,
            linkage: linkage,
            thresholds: thresholds,
            pairs: pairs,
            siblings: siblings,
            columns: Dictionary(schema.columns.map { ($0.name, $0.kind.rawValue) }) { first, _ in first }
        )
    }

    private func schema(_ left: EntityRecords, _ right: EntityRecords?) throws(JobFailure) -> LinkageSchema {
        // Names of known kinds are compared where both sides have them; the left side's kind counts,
        // but that a person's name is compared as one, whatever else the other side may hold.
        let other = right ?? left
        let known = left.kinds.keys.filter { right == nil || other.table.names.contains($0) }
        let mappings = known.sorted().map { name in
            let isPerson = right?.kinds[name] == .personName
            return LinkageSchema.Mapping(left: name, right: name, kind: isPerson ? .personName : left.kinds[name])
        }
        do throws(LinkageError) {
            return try LinkageSchema.detect(
                left: left.table,
                right: right?.table,
                mappings: mappings,
                onlyMapped: !mappings.isEmpty,
                massValueLimit: massAddressLimit
            )
        } catch {
            throw JobFailure("invalid_columns", error.message, field: "columns")
        }
    }
}

extension EntityMatcher.Matching {
    /// What the confidence rests on: how likely the accepted pairs are right, and how many are decided.
    var parts: [ConfidencePart] {
        let accepted = pairs.filter { $0.decision == .accepted }
        let review = count(.review)
        let sum = accepted.reduce(0) { $0 + $1.probability }
        let precision = accepted.isEmpty ? 1 : sum / Double(accepted.count)
        let decided = accepted.count + siblings
        let all = decided + review
        let isComplete = left.table.count > 0 && (right?.table.count ?? 1) > 0
        return [
            ConfidencePart(
                "records_present",
                isComplete ? 1 : 0,
                basis: "\(left.table.count) records of \(left.kind)"
                    + (right.map { ", \($0.table.count) of \($0.kind)" } ?? "")
            ),
            ConfidencePart(
                "expected_precision",
                precision,
                basis: "mean probability of \(accepted.count) accepted pairs"
            ),
            ConfidencePart(
                "pairs_decided",
                all == 0 ? 1 : Double(decided) / Double(all),
                basis: "\(review) of \(all) pairs are left to a person"
            ),
        ]
    }

    /// Whether so many pairs are in doubt that a person must look at the batch.
    var needsReview: Bool {
        let review = count(.review)
        let all = review + siblings + count(.accepted)
        return review > 0 && Double(review) > thresholds.maximumReviewShare * Double(all)
    }
}
