import Foundation

/// The real files of Broward 2025 P, where this machine has them: they name private persons and are no part of the
/// project.
enum RealFiles {
    static let folder = ProcessInfo.processInfo.environment["CONCORD_FLORIDA_DATA"] ?? "/work/shared/data/florida"

    /// Whether they are here.
    static var areHere: Bool { FileManager.default.fileExists(atPath: "\(folder)/SDF16P202501.zip") }
}
