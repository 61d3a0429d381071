import Foundation
import PropertyData
import Testing

/// The real files and the reference, where they are at hand: beside the project, or where CONCORD_SHARED says.
enum SharedData {
    private static let root = ProcessInfo.processInfo.environment["CONCORD_SHARED"] ?? "/work/shared"

    /// The folder of real tax rolls, nil when it is not there.
    static var rolls: String? { folder("data/florida") }

    /// The folder of the reference, nil when it is not there.
    static var reference: String? { folder("reference/florida") }

    /// The real daily file of the Division, nil when it is not there.
    static var register: String? {
        folder("data/sunbiz").map { "\($0)/20260413c.txt.gz" }.flatMap {
            FileManager.default.fileExists(atPath: $0) ? $0 : nil
        }
    }

    private static func folder(_ path: String) -> String? {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared").path
        return [root, beside].map { "\($0)/\(path)" }.first { FileManager.default.fileExists(atPath: $0) }
    }
}

/// Runs the body with a folder of its own.
func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = "/tmp/concord-property-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// The roll of Broward's 2025 preliminary files.
func broward(_ dataset: Dataset) throws -> RollIdentity {
    RollIdentity(dataset: dataset, county: try County(number: 16), roll: .preliminary, year: 2025)
}

/// The typed error that the body must throw.
func propertyError(_ body: () async throws -> Void) async -> PropertyDataError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PropertyDataError
    }
}
