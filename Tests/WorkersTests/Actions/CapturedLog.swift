import Logging
import Synchronization

/// Everything that a logger was told, from trace on, metadata included.
final class CapturedLog: Sendable {
    private let entries = Mutex<[String]>([])

    /// All of it in one text.
    var text: String { entries.withLock { $0.joined(separator: "\n") } }

    /// A logger that writes here.
    var logger: Logger { Logger(label: "captured") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            log.entries.withLock { $0.append("\(event.level) \(event.message) \(all)") }
        }
    }
}
