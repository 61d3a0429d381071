/// Collects what differs between Redis and the model.
struct DifferenceReport {
    private(set) var differences: [String] = []

    /// Notes two values of one thing when they differ.
    mutating func compare<T: Equatable>(_ name: @autoclosure () -> String, _ redis: T, _ model: T) {
        guard redis != model else { return }
        differences.append("\(name()):\n    redis: \(redis)\n    model: \(model)")
    }
}
