import Foundation
import TestSupport
import Testing

@testable import concord

@Suite("The configuration file")
struct ConfigurationFileTests {
    private func write(_ text: String, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("concord-\(UUID().uuidString).yaml")
            .path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("is a mapping of mappings, whose numbers need no quotation marks")
    func values() throws {
        try write("redis: { url: redis://r:1 }\nconcord:\n  partitions: 4\n  lease: 2s\nconfidence: {threshold: 0.9}\n")
        { path in
            let values = try ConfigurationFile.read(path)
            #expect(values == [.redisURL: "redis://r:1", .partitions: "4", .lease: "2s", .confidenceThreshold: "0.9"])
        }
    }

    @Test("may be empty")
    func empty() throws {
        try write("# nothing yet\n") { path in
            let values = try ConfigurationFile.read(path)
            #expect(values.isEmpty)
        }
    }

    @Test(
        "is refused for a key that does not exist",
        arguments: ["concord: { partition: 4 }", "redis: [a, b]", "lease: 5s"]
    )
    func unknownKeys(text: String) throws {
        try write(text) { path in
            let error = try #require(throws: SettingsError.self) { try ConfigurationFile.read(path) }
            #expect(error.code == .unknownKey)
        }
    }

    @Test("is refused when it is no mapping", arguments: ["- a\n- b", "just text", "redis: {", "a: b: c"])
    func noMapping(text: String) throws {
        try write(text) { path in
            let error = try #require(throws: SettingsError.self) { try ConfigurationFile.read(path) }
            #expect(error.code == .unreadableFile)
        }
    }

    @Test("must be there when it is named, and is looked for when it is not")
    func finding() throws {
        #expect(throws: SettingsError.self) { try ConfigurationFile.find(named: "/nowhere/concord.yaml", in: "/") }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("concord-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder + "/.concord", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try ConfigurationFile.find(named: nil, in: folder) == nil)
        try "{}".write(toFile: folder + "/.concord/running.yaml", atomically: true, encoding: .utf8)
        #expect(try ConfigurationFile.find(named: nil, in: folder) == folder + "/.concord/running.yaml")
        try "{}".write(toFile: folder + "/concord.yaml", atomically: true, encoding: .utf8)
        #expect(try ConfigurationFile.find(named: nil, in: folder) == folder + "/concord.yaml")
    }
}

@Suite("Times and paths in the settings")
struct ValueTextTests {
    @Test(
        "times carry their unit",
        arguments: [
            ("500ms", 500), ("5s", 5000), ("2m", 120_000), ("1h", 3_600_000), ("1d", 86_400_000), ("1.5s", 1500),
            ("250", 250), ("0", 0),
        ] as [(String, Int64)]
    )
    func durations(text: String, milliseconds: Int64) {
        #expect(Duration(text: text) == .milliseconds(milliseconds))
    }

    @Test("what is no time is refused", arguments: ["", "s", "-5s", "5 s", "5x", "1e3s", "nan", "٥s"])
    func noDurations(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(
        "relative file addresses become absolute, all else stays",
        arguments: [
            ("file:data", "file:/here/data"), ("file:../data/./x", "file:/data/x"), ("file:/abs/x", "file:/abs/x"),
            ("https://host/x", "https://host/x"), ("data", "data"), ("", ""),
        ]
    )
    func addresses(text: String, expected: String) {
        #expect(FileAddress.absolute(text, folder: "/here") == expected)
    }
}
