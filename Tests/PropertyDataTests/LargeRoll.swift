import Foundation
import Synchronization

@testable import PropertyData

/// Writes a NAL of many rows: the sample's, with parcel numbers of their own.
func writeLargeRoll(_ path: String, rows: Int, _ identity: RollIdentity) throws {
    let table = SampleCounty(county: identity.county, year: identity.year).table(.nal, identity.roll)
    let lines = table.split(separator: UInt8(ascii: "\n"))
    try (Data(lines[0]) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    var buffer = Data()
    for row in 0..<rows {
        let line = lines[1 + row % (lines.count - 1)]
        let parts = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        buffer += parts[0] + Data(",\"P\(row)\",".utf8) + parts[2] + Data("\n".utf8)
        if buffer.count > 1 << 20 {
            try handle.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }
    try handle.write(contentsOf: buffer)
    try handle.close()
}

/// What this process has in memory now, in MiB.
func residentMebibytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4_096 / 1_048_576
}

/// The most memory seen.
final class Peak: Sendable {
    private let highest: Mutex<Int>

    init(_ start: Int) {
        highest = Mutex(start)
    }

    var value: Int { highest.withLock { $0 } }

    func note() throws {
        let now = try residentMebibytes()
        highest.withLock { $0 = max($0, now) }
    }
}
