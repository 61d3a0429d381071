import Foundation

/// What the worker processes of a folder have counted so far.
struct ProbeReading: Sendable {
    /// Jobs that ran.
    var count = 0
    /// When the first began, nanoseconds of the monotonic clock.
    var first = 0
    /// When the last began.
    var last = 0

    /// Adds up the files of all processes.
    init(folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("probe.") {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            guard data.count >= 24 else { continue }
            let words = data.prefix(24).withUnsafeBytes { bytes in
                (0..<3).map { Int(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))) }
            }
            guard words[0] > 0 else { continue }
            count += words[0]
            first = first == 0 ? words[1] : min(first, words[1])
            last = max(last, words[2])
        }
    }

    /// Seconds from the first job's start to the last one's.
    var seconds: Double { Double(last - first) / 1e9 }

    /// Milliseconds that jobs of action `lat` waited, without the first `skipping`.
    static func latencies(folder: String, skipping: Int = 0) throws -> [Double] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/lat.bin"))
        return data.withUnsafeBytes { bytes in
            (skipping..<max(skipping, data.count / 16)).map { index in
                let sent = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16 * index, as: UInt64.self))
                let begun = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16 * index + 8, as: UInt64.self))
                return Double(Int(begun) - Int(sent)) / 1e6
            }
        }
    }
}
