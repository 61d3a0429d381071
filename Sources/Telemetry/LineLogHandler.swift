import Foundation
package import Logging

/// Writes each event as one line to standard error, in one write, so that lines of several threads and processes that
/// share a log file do not mix.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// A handler for a label; `write` gets each line with its line end, and is standard error unless told otherwise.
    package init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let metadataProvider { all.merge(metadataProvider.get()) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let values = all.mapValues { String(describing: $0) }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let message = event.message.description
        switch format {
        case .text: write(text(time, event.level, message, values))
        case .json: write(json(time, event.level, message, values))
        }
    }

    private func text(_ time: String, _ level: Logger.Level, _ message: String, _ values: [String: String]) -> String {
        let fields = values.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }
        return "\(time) \(level.rawValue) \(Self.oneLine(message))\(fields.joined())\n"
    }

    /// In quotation marks where the value would not be read as one word.
    private static func quoted(_ value: String) -> String {
        let isWord = !value.isEmpty && value.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" }
        return isWord ? value : "\"\(oneLine(value).replacing("\"", with: "\\\""))\""
    }

    /// A line end inside a message would make a second line that looks like another event.
    private static func oneLine(_ text: String) -> String {
        text.contains { $0.isNewline } ? text.split(whereSeparator: \.isNewline).joined(separator: "\\n") : text
    }

    private func json(_ time: String, _ level: Logger.Level, _ message: String, _ values: [String: String]) -> String {
        var fields = values
        fields["time"] = time
        fields["level"] = level.rawValue
        fields["logger"] = label
        fields["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings can always be encoded; a log that throws would have nowhere to say so.
        let line = (try? encoder.encode(fields)) ?? Data()
        return String(decoding: line, as: UTF8.self) + "\n"
    }
}

extension Logger {
    /// A logger of this process, which writes lines to standard error.
    package init(label: String, level: Level, format: LogFormat) {
        self.init(label: label, factory: { LineLogHandler(label: $0, level: level, format: format) })
    }
}
