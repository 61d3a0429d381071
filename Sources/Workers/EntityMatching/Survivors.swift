/// Which record stands for each that was merged.
struct Survivors {
    private var next: [String: String] = [:]

    /// Notes that a record became part of another.
    mutating func add(_ merged: String, to survivor: String) { next[merged] = survivor }

    /// The record that stands for a key in the end; the key itself where it was not merged.
    func survivor(of key: String) -> String {
        var key = key
        var steps = 0
        // A circle, which only a hand in the table can make, must not hold up a job.
        while let survivor = next[key], steps <= next.count {
            key = survivor
            steps += 1
        }
        return key
    }
}
