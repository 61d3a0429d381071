import Foundation
import Yams

/// The configuration file: a YAML mapping of mappings, such as `redis: { url: … }`.
enum ConfigurationFile {
    /// Where the file is looked for: what was named, else `concord.yaml` here, else what a running `concord dev` of this
    /// folder wrote.
    ///
    /// - Throws: ``SettingsError`` where a file was named that is not there.
    static func find(named name: String?, in folder: String) throws(SettingsError) -> String? {
        if let name {
            guard FileManager.default.fileExists(atPath: name) else {
                throw SettingsError(.unreadableFile, name, "there is no such file")
            }
            return name
        }
        return ["\(folder)/concord.yaml", "\(folder)/.concord/\(DevelopmentFolder.settingsName)"]
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` for what is no mapping, and for a key that does not exist, since a slip of the pen
    ///   would otherwise leave a default in force.
    static func read(_ path: String) throws(SettingsError) -> [SettingKey: String] {
        let text: String
        let root: Node?
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
            root = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError(.unreadableFile, path, "it is not readable as YAML: \(error)")
        }
        guard let root, root != Node("") else { return [:] }
        guard case .mapping(let mapping) = root else {
            throw SettingsError(.unreadableFile, path, "it must be a mapping such as `redis: { url: … }`")
        }
        var values: [SettingKey: String] = [:]
        try collect(mapping, under: "", path, into: &values)
        return values
    }

    private static func collect(
        _ mapping: Node.Mapping,
        under prefix: String,
        _ path: String,
        into values: inout [SettingKey: String]
    ) throws(SettingsError) {
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "")
            switch value {
            case .mapping(let inner): try collect(inner, under: name + ".", path, into: &values)
            case .scalar(let scalar):
                guard let key = SettingKey.all.first(where: { $0.name == name }) else { throw unknown(name, path) }
                values[key] = scalar.string
            case .sequence, .alias: throw unknown(name, path)
            }
        }
    }

    private static func unknown(_ name: String, _ path: String) -> SettingsError {
        let known = SettingKey.all.map(\.name).joined(separator: ", ")
        return SettingsError(.unknownKey, "\(path): \(name)", "is no setting; known are \(known)")
    }
}
