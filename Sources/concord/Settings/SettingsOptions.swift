import ArgumentParser
import Foundation

/// The options that say where the deployment is; every command has them.
struct SettingsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file; otherwise concord.yaml here, if there is one.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Where Redis is.", valueName: "url"))
    var redisURL: String?

    @Option(help: ArgumentHelp("Where PostgreSQL is.", valueName: "url"))
    var databaseURL: String?

    @Option(help: ArgumentHelp("The first part of every key in Redis.", valueName: "name"))
    var namespace: String?

    @Option(help: ArgumentHelp("The least important messages that are logged.", valueName: "level"))
    var logLevel: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any setting of docs/configuration.md, such as concord.lease=2s.", valueName: "key=value")
    )
    var assignments: [String] = []

    /// The settings, with the flags that a command has beside these.
    func settings(_ more: [SettingKey: String?] = [:]) throws -> Settings {
        var flags: [SettingKey: String] = [:]
        for assignment in assignments {
            guard let mark = assignment.firstIndex(of: "=") else {
                throw SettingsError(.invalidValue, "--set \(assignment)", "must be KEY=VALUE")
            }
            guard let key = SettingKey.all.first(where: { $0.name == assignment[..<mark] }) else {
                let known = SettingKey.all.map(\.name).joined(separator: ", ")
                throw SettingsError(.unknownKey, String(assignment[..<mark]), "is no setting; known are \(known)")
            }
            flags[key] = String(assignment[assignment.index(after: mark)...])
        }
        let own: [SettingKey: String?] = [
            .redisURL: redisURL, .databaseURL: databaseURL, .namespace: namespace, .logLevel: logLevel,
        ]
        for (key, value) in own.merging(more, uniquingKeysWith: { $1 }) {
            if let value { flags[key] = value }
        }
        let environment = Foundation.ProcessInfo.processInfo.environment
        let folder = FileManager.default.currentDirectoryPath
        let named = config ?? environment["CONCORD_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let file = try ConfigurationFile.find(named: named, in: folder)
        return try Settings(
            flags: flags,
            environment: environment,
            file: try file.map(ConfigurationFile.read) ?? [:]
        )
    }
}

/// The options of the commands that answer something.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Answer with one JSON document on one line.")
    var json = false

    var output: CommandOutput { CommandOutput(isJSON: json, terminal: .standardOutput) }
}
