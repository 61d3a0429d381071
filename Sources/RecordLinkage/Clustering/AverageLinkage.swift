/// Groups records whose pairs are likely on average, so that a chain of near likenesses does not make unlike records one.
enum AverageLinkage {
    /// Joins the two groups of the highest mean likeness while it is at least the threshold.
    ///
    /// `likeness` is a symmetric matrix, row after row. Takes time cubic in the count at worst.
    static func groups(_ likeness: [Double], count: Int, threshold: Double) -> [[Int]] {
        var means = likeness
        var members = (0..<count).map { [$0] }
        var open = Array(0..<count)
        while open.count > 1 {
            var best = (-Double.infinity, 0, 0)
            for (position, i) in open.enumerated() {
                for j in open[(position + 1)...] where means[i * count + j] > best.0 {
                    best = (means[i * count + j], i, j)
                }
            }
            guard best.0 >= threshold else { break }
            let (_, i, j) = best
            let (n, m) = (Double(members[i].count), Double(members[j].count))
            for k in open where k != i && k != j {
                let mean = (n * means[i * count + k] + m * means[j * count + k]) / (n + m)
                means[i * count + k] = mean
                means[k * count + i] = mean
            }
            members[i] += members[j]
            members[j] = []
            open.removeAll { $0 == j }
        }
        return members.filter { !$0.isEmpty }.map { $0.sorted() }
    }
}
