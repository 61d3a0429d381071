/// Records of one or two files with the answer: which of them are one entity.
struct LabelledSample {
    /// The names of the columns.
    var names: [String]
    var left: [[String]] = []
    /// Empty where duplicates are to be found within the left records.
    var right: [[String]] = []
    var leftEntities: [Int] = []
    var rightEntities: [Int] = []

    /// How many pairs are one entity.
    var matches: Int {
        let counts = Dictionary(grouping: leftEntities) { $0 }.mapValues(\.count)
        if right.isEmpty { return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
        return rightEntities.reduce(0) { $0 + (counts[$1] ?? 0) }
    }

    /// Shuffles each file, so that its order says nothing.
    mutating func shuffle(_ random: inout SampleRandom) {
        func shuffled(_ rows: inout [[String]], _ entities: inout [Int]) {
            let order = rows.indices.shuffled(using: &random)
            rows = order.map { rows[$0] }
            entities = order.map { entities[$0] }
        }
        shuffled(&left, &leftEntities)
        shuffled(&right, &rightEntities)
    }

    /// A file as CSV.
    func csv(_ rows: [[String]]) -> String {
        ([names] + rows).map { row in
            row.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n"
        }.joined()
    }
}
