/// A kind of record that the Division of Corporations publishes in bulk.
package enum SunBizKind: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// Entities with their officers (cordata), 1,440 bytes.
    case corporations
    /// What happened to an entity (corevt), 662 bytes.
    case corporationEvents = "corporation_events"
    /// Fictitious names with their owners (ficfile), 2,098 bytes.
    case fictitiousNames = "fictitious_names"

    /// The word that results use.
    package var description: String { rawValue }
}
