#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which histories the model-based test runs: 200 of 200 events, or what the environment says.
struct HistorySettings {
    /// The seed of the first history; the others follow it.
    var firstSeed: UInt64 = 1
    /// How many histories.
    var histories = 200
    /// How many events each has.
    var events = 200

    /// Reads `CONCORD_MODEL_SEED`, `CONCORD_MODEL_HISTORIES` and `CONCORD_MODEL_EVENTS`.
    static var current: HistorySettings {
        let environment = ProcessInfo.processInfo.environment
        var settings = HistorySettings()
        if let seed = environment["CONCORD_MODEL_SEED"].flatMap(UInt64.init) { settings.firstSeed = seed }
        if let count = environment["CONCORD_MODEL_HISTORIES"].flatMap(Int.init) { settings.histories = max(1, count) }
        if let count = environment["CONCORD_MODEL_EVENTS"].flatMap(Int.init) { settings.events = max(1, count) }
        return settings
    }
}
