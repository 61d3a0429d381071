import Foundation

/// Links the records of two tables, or finds the duplicates of one, without labels.
///
/// Memory is linear in the records; every pass over pairs is shared among tasks and stops within a fraction of a second of
/// cancellation. The same input gives the same output.
package struct Linker: Sendable {
    /// What is being done, how far it is and out of how much.
    package typealias Progress = @Sendable (_ phase: String, _ done: Int, _ total: Int) -> Void

    let schema: LinkageSchema
    let settings: LinkageSettings

    /// Links by a schema's columns.
    package init(schema: LinkageSchema, settings: LinkageSettings = LinkageSettings()) {
        self.schema = schema
        self.settings = settings
    }

    /// Links the records; `right` is nil for the duplicates within `left`.
    ///
    /// - Throws: ``LinkageError``, `CancellationError`.
    package func link(
        _ left: RecordTable,
        _ right: RecordTable? = nil,
        progress: Progress = { _, _, _ in }
    ) async throws -> Linkage {
        for column in schema.columns {
            guard left.names.indices.contains(column.left), (right ?? left).names.indices.contains(column.right) else {
                throw LinkageError(.invalidSchema, "column \(column.name) is not in the table")
            }
        }
        guard left.count + (right?.count ?? 0) < Int(Int32.max) else {
            throw LinkageError(.tooLarge, "more than 2,147,483,647 records in both tables")
        }
        let tables = try await normalise(left, right, progress)
        let comparison = RecordComparison(tables)
        let candidates = try CandidatePairs(
            tables: tables,
            leftCount: right == nil ? nil : left.count,
            exhaustiveLimit: settings.exhaustiveLimit,
            pairsPerRecord: settings.pairsPerRecord
        )
        try Task.checkCancellation()
        var report = LinkageReport(left, right, candidates)
        guard candidates.totalPairs > 0 else { return empty(report, tables, right == nil ? nil : left.count) }
        let model = try await learn(candidates, comparison, progress)
        var scorer = PairScorer(model, tables: tables)
        var (pairs, compared) = try await score(candidates, comparison, scorer, progress)
        adjustPrior(&scorer, &pairs, candidates)
        pairs.sort { ($0.left, $0.right) < ($1.left, $1.right) }
        let resolution = Resolution(
            comparison: comparison,
            scorer: scorer,
            leftCount: candidates.leftCount,
            threshold: settings.threshold
        )
        let clusters = try resolution.resolve(&pairs)
        pairs.removeAll { !$0.isAccepted && $0.probability < settings.reportedFrom }
        pairs.sort { ($0.left, $0.right) < ($1.left, $1.right) }
        report.finish(pairs, clusters, compared: compared, priorWeight: scorer.priorWeight)
        return Linkage(
            pairs: pairs,
            clusters: clusters,
            report: report,
            schema: schema,
            scorer: scorer,
            leftCount: candidates.leftCount
        )
    }

    private func normalise(
        _ left: RecordTable,
        _ right: RecordTable?,
        _ progress: Progress
    ) async throws -> [ValueTable] {
        let columns = schema.columns
        let context = try ListingContext(columns, left: left, right: right)
        return try await share(columns.count, "columns", progress) { index in
            [(index, try ValueTable(columns[index], left: left, right: right, context: context))]
        } merging: { all, part in
            all += part
        } from: {
            [(Int, ValueTable)]()
        }
        .sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func learn(
        _ candidates: CandidatePairs,
        _ comparison: RecordComparison,
        _ progress: Progress
    ) async throws -> LinkageModel {
        let expected =
            candidates.isExhaustive
            ? candidates.totalPairs : candidates.indexes.reduce(0) { $0 + $1.pairCount }
        let scale = max(1, (expected + settings.samplePairs - 1) / max(1, settings.samplePairs))
        let sample = try await share(candidates.chunks.count, "learning", progress) { number in
            var counts = PatternCounts()
            candidates.forEachPair(
                in: candidates.chunks[number],
                where: { scale == 1 || ByteHash.mix(UInt64($0)) % UInt64(scale) == 0 }
            ) { left, right in
                counts.add(comparison.pattern(left, right), rules: candidates.mask(left, right))
            }
            return counts
        } merging: {
            $0.merge($1)
        } from: {
            PatternCounts()
        }
        let random = candidates.isExhaustive ? PatternCounts() : try await draw(candidates, comparison, progress)
        try Task.checkCancellation()
        return try ModelEstimation(
            kinds: schema.columns.map(\.kind),
            sample: sample,
            scale: Double(scale),
            random: random,
            totalPairs: candidates.totalPairs,
            ruleColumns: BlockingRule.all(for: schema.columns.map(\.kind)).map(\.columns),
            mostMatches: candidates.mostMatches,
            namesakes: candidates.leftCount == nil ? nil : Namesakes(comparison, candidates).share
        ).estimate()
    }

    /// Pairs drawn from all pairs, with repetition.
    private func draw(
        _ candidates: CandidatePairs,
        _ comparison: RecordComparison,
        _ progress: Progress
    ) async throws -> PatternCounts {
        let each = 50_000
        let pieces = max(1, min(1_000_000, candidates.totalPairs) / each)
        let split = candidates.leftCount ?? 0
        return try await share(pieces, "learning", progress) { [settings] piece in
            var counts = PatternCounts()
            var state = settings.seed &+ UInt64(2 * each * piece)
            func place(below bound: Int) -> Int {
                state = state &+ 1
                return Int(ByteHash.mix(state) % UInt64(bound))
            }
            for _ in 0..<each {
                var left = place(below: candidates.leftCount ?? candidates.count)
                var right = split + place(below: candidates.count - split)
                if left == right { continue }
                if left > right { swap(&left, &right) }
                counts.add(comparison.pattern(left, right), rules: candidates.mask(left, right))
            }
            return counts
        } merging: {
            $0.merge($1)
        } from: {
            PatternCounts()
        }
    }

    private func score(
        _ candidates: CandidatePairs,
        _ comparison: RecordComparison,
        _ scorer: PairScorer,
        _ progress: Progress
    ) async throws -> ([LinkedPair], Int) {
        // Lower than what is reported: the prior may still rise a little.
        let least = log2(settings.reportedFrom / (1 - settings.reportedFrom)) - 2
        let offset = candidates.leftCount ?? 0
        let filter = PairFilter(comparison, scorer, least: least)
        return try await share(candidates.chunks.count, "comparing", progress) { number in
            var found: [LinkedPair] = []
            var compared = 0
            candidates.forEachPair(in: candidates.chunks[number]) { left, right in
                compared += 1
                guard let (pattern, weight) = filter.compare(left, right) else { return }
                found.append(
                    LinkedPair(
                        left: left,
                        right: right - offset,
                        probability: 0,
                        weight: weight,
                        isAccepted: false,
                        pattern: pattern
                    )
                )
            }
            return (found, compared)
        } merging: {
            $0.0 += $1.0
            $0.1 += $1.1
        } from: {
            ([LinkedPair](), 0)
        }
    }

    /// Sets the prior so that the probabilities, term frequencies included, add up to the matches that it claims.
    private func adjustPrior(_ scorer: inout PairScorer, _ pairs: inout [LinkedPair], _ candidates: CandidatePairs) {
        let total = Double(candidates.totalPairs)
        let start = scorer.priorWeight
        for _ in 0..<10 {
            let shift = scorer.priorWeight - start
            let matches = pairs.reduce(0) { $0 + 1 / (1 + exp2(-$1.weight - shift)) }
            let prior = min(0.5, max(0.5, min(matches, Double(candidates.mostMatches))) / max(2, total))
            // A bound on the change keeps a model that fits badly from talking itself into anything.
            scorer.priorWeight = min(start + 2, max(start - 2, log2(prior / (1 - prior))))
        }
        for index in pairs.indices {
            pairs[index].weight += scorer.priorWeight - start
            pairs[index].probability = 1 / (1 + exp2(-pairs[index].weight))
        }
        pairs.removeAll { $0.probability < settings.reportedFrom }
    }

    private func empty(_ report: LinkageReport, _ tables: [ValueTable], _ leftCount: Int?) -> Linkage {
        let even = LevelTable([0] + [Double](repeating: 1 / 15, count: 15))
        let model = LinkageModel(
            kinds: schema.columns.map(\.kind),
            m: tables.map { _ in even },
            u: tables.map { _ in even },
            prior: 0.5
        )
        let scorer = PairScorer(model, tables: tables)
        return Linkage(pairs: [], clusters: [], report: report, schema: schema, scorer: scorer, leftCount: leftCount)
    }
}

extension LinkageReport {
    init(_ left: RecordTable, _ right: RecordTable?, _ candidates: CandidatePairs) {
        leftRecords = left.count
        rightRecords = right?.count ?? 0
        isExhaustive = candidates.isExhaustive
        guard !isExhaustive else { return }
        for index in candidates.indexes {
            blocksSplit += index.bounds.blocksSplit
            blocksSampled += index.bounds.blocksSampled
            pairsLeftOut += index.bounds.pairsLeftOut
        }
    }

    mutating func finish(_ pairs: [LinkedPair], _ clusters: [[Int]], compared: Int, priorWeight: Double) {
        comparedPairs = compared
        scoredPairs = pairs.count
        for pair in pairs where pair.isAccepted {
            acceptedPairs += 1
            expectedRight += pair.probability
        }
        prior = 1 / (1 + exp2(-priorWeight))
        self.clusters = clusters.count
    }
}
