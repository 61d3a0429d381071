import Foundation
import PropertyData
import Testing

@Suite("The folder source")
struct FolderSourceTests {
    @Test("the newest submission wins, a zip over its CSV, and portal names are known")
    func newest() async throws {
        try await withFolder { folder in
            let source = FolderSource(path: folder)
            let identity = try broward(.sdf)
            #expect(await propertyError { _ = try source.find(identity) }?.code == .fileNotFound)
            let zip = try SampleSource.write(identity, into: folder)
            try FileManager.default.copyItem(atPath: zip, toPath: "\(folder)/Broward 16 Preliminary SDF 2025.zip")
            try Data("CO_NO\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/SDF16P202501.csv"))
            try Data("CO_NO\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/SDF17P202509.csv"))
            #expect(try source.find(identity).fileName == "SDF16P202501.zip")
            try Data("CO_NO\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/SDF16P202502.csv"))
            #expect(try source.find(identity).fileName == "SDF16P202502.csv")
            #expect(try source.files().map(\.name.description) == ["SDF16P202501", "SDF16P202502", "SDF17P202509"])
            try FileManager.default.removeItem(atPath: "\(folder)/SDF16P202502.csv")
            try FileManager.default.removeItem(atPath: "\(folder)/SDF16P202501.csv")
            try FileManager.default.removeItem(atPath: zip)
            #expect(try source.find(identity).fileName == "Broward 16 Preliminary SDF 2025.zip")
        }
    }

    @Test("a source is a file address, and no other")
    func addresses() {
        #expect(FolderSource(url: "file:///srv/rolls")?.path == "/srv/rolls")
        #expect(FolderSource(url: "https://example.org") == nil)
    }

    @Test("a folder that is not there is an error")
    func missing() async {
        #expect(await propertyError { _ = try FolderSource(path: "/nonexistent").files() }?.code == .fileNotFound)
    }
}
