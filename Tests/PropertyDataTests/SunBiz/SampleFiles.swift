import Foundation
@testable import PropertyData
import PrivateServers
import Testing

/// Files of the Division as tests need them.
enum SampleFiles {
    /// So many records of invented entities.
    static func corporations(_ count: Int) -> [UInt8] {
        var writer = RecordWriter(.corporations)
        for number in 0..<count {
            writer.append([
                "COR_NUMBER": "L2500\(1_000_000 + number)", "COR_NAME": "HERON \(number) LLC", "COR_STATUS": "A",
                "COR_FILING_TYPE": "FLAL", "COR_FILE_DATE": "07012025",
            ])
        }
        return writer.bytes
    }

    /// A gzip of several members.
    static func gzip(_ parts: [[UInt8]], to path: String, in folder: String) throws {
        var packed = Data()
        for part in parts {
            let plain = "\(folder)/part-\(UUID().uuidString)"
            try Data(part).write(to: URL(filePath: plain))
            try run("gzip", ["--force", plain])
            packed += try Data(contentsOf: URL(filePath: "\(plain).gz"))
        }
        try packed.write(to: URL(filePath: path))
    }

    /// A zip of several files.
    static func zip(_ entries: [(String, [UInt8])], to path: String, in folder: String) throws {
        let place = "\(folder)/zip-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for (name, bytes) in entries { try Data(bytes).write(to: URL(filePath: "\(place)/\(name)")) }
        try run("zip", ["--quiet", "--junk-paths", path] + entries.map { "\(place)/\($0.0)" })
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(
            filePath: try #require(ExecutableSearch.find(program), "\(program) is not installed")
        )
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
