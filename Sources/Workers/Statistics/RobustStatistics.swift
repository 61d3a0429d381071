/// Location and scale that a few wild values do not move.
enum RobustStatistics {
    /// The middle value; nil of no values.
    static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

    /// A quantile by linear interpolation (Hyndman and Fan, type 7); nil of no values.
    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }

    /// The median absolute deviation from the median, scaled to a normal distribution's standard deviation.
    ///
    /// Where more than half of the values are equal it is 0, and a caller needs a floor.
    static func scale(_ values: [Double]) -> Double {
        guard let center = median(values), let deviation = median(values.map { abs($0 - center) }) else { return 0 }
        return 1.4826 * deviation
    }

    /// The scale, at least a share of the level: a series that was constant must not alarm at its first flicker.
    static func scale(_ values: [Double], floor share: Double) -> Double {
        max(scale(values), share * abs(median(values) ?? 0), 1e-9)
    }
}
