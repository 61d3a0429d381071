import Foundation
import Testing

@testable import RecordLinkage

@Suite("Clustering")
struct ClusteringTests {
    @Test("two records have the probability of their own evidence")
    func pair() {
        let marginals = Partitions.marginals([0, 2, 2, 0], count: 2)
        #expect(abs(marginals[1] - 1 / (1 + exp(-2))) < 1e-12)
    }

    @Test("a record that resembles two unlike ones is one of them at most")
    func rivals() {
        // a–b strong, a–c a little less, b–c unlike.
        let odds: [Double] = [0, 5, 4, 5, 0, -9, 4, -9, 0]
        let marginals = Partitions.marginals(odds, count: 3)
        #expect(marginals[1] + marginals[2] < 1.1)
        #expect(marginals[1] > 0.7)
        #expect(marginals[2] < 0.35)
        #expect(marginals[5] < 0.1)
    }

    @Test("a third record that resembles both lends two records its support")
    func support() {
        let odds: [Double] = [0, -0.5, 6, -0.5, 0, 6, 6, 6, 0]
        #expect(Partitions.marginals(odds, count: 3)[1] > 0.7)
    }

    @Test("a chain of likenesses does not make its ends one")
    func chain() {
        let count = 12
        var likeness = [Double](repeating: 0.02, count: count * count)
        for i in 0..<(count - 1) {
            likeness[i * count + i + 1] = 0.9
            likeness[(i + 1) * count + i] = 0.9
        }
        let groups = AverageLinkage.groups(likeness, count: count, threshold: 0.5)
        #expect(groups.allSatisfy { $0.count <= 2 })
    }

    @Test("records that are all alike become one group")
    func clique() {
        let groups = AverageLinkage.groups([Double](repeating: 0.8, count: 25), count: 5, threshold: 0.5)
        #expect(groups == [[0, 1, 2, 3, 4]])
    }
}
