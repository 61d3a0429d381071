import JobQueue

extension JobFailure {
    /// Refuses a number outside of its range by the parameter's name; the schema says the same to who asks before.
    static func check(_ value: Double?, _ field: String, _ range: ClosedRange<Double>) throws(JobFailure) {
        guard let value, !range.contains(value) else { return }
        throw JobFailure(
            "invalid_parameters",
            "must be from \(Measured.text(range.lowerBound)) to \(Measured.text(range.upperBound))",
            field: field
        )
    }
}
