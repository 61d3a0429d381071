import Testing

@testable import JobModel

@Suite struct LaneTests {
    @Test(arguments: [
        (0, Lane?.none), (1, .low), (3, .low), (4, .normal), (7, .normal), (8, .high), (10, .high), (11, nil),
        (-1, nil),
    ])
    func `a priority from 1 to 10 has a lane`(_ priority: Int, _ lane: Lane?) {
        #expect(Lane(priority: priority) == lane)
    }

    @Test func `a weight below one counts as one, so that no lane starves`() {
        #expect(LaneWeights(high: 0, normal: -5, low: 2) == LaneWeights(high: 1, normal: 1, low: 2))
    }

    @Test func `quotas of consecutive claims add up to the weights, however the slots are cut into claims`() {
        for _ in 0..<200 {
            let weights = LaneWeights(
                high: Int.random(in: 1...9),
                normal: Int.random(in: 1...9),
                low: Int.random(in: 1...9)
            )
            let round = weights.high + weights.normal + weights.low
            let end = Int.random(in: 1...1_000_000) + round * 7
            var first = end - round * 7
            var total: [Lane: Int] = [:]
            while first < end {
                let count = min(end - first, Int.random(in: 1...12))
                let quotas = weights.quotas(first: first, count: count)
                #expect(quotas.values.reduce(0, +) == count)
                total.merge(quotas, uniquingKeysWith: +)
                first += count
            }
            #expect(total == [.high: 7 * weights.high, .normal: 7 * weights.normal, .low: 7 * weights.low])
        }
    }
}
