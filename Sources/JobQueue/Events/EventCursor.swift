/// Where a reader of all events stands: a place in the stream of each partition.
public struct EventCursor: Sendable, Hashable, CustomStringConvertible {
    /// A place in one stream.
    struct Place: Sendable, Hashable {
        /// The id of an entry, `MILLISECONDS-SEQUENCE`.
        var entry: String
        /// How many of the entry's events have been read.
        var count: Int
    }

    var places: [Place]

    /// `MILLISECONDS-SEQUENCE.COUNT` of each partition, joined by commas.
    public var description: String { places.map { "\($0.entry).\($0.count)" }.joined(separator: ",") }

    init(_ places: [Place]) { self.places = places }

    /// Reads what ``description`` wrote; `nil` for another text.
    init?(_ text: String) {
        var places: [Place] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let place = EventPlace(String(parts[0])), let count = Int(parts[1]), count >= 0
            else { return nil }
            places.append(Place(entry: place.entry, count: count))
        }
        self.init(places)
    }
}
