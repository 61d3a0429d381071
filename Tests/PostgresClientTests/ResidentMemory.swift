import Foundation

/// What this process has in memory now, in MiB.
func residentMebibytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4_096 / 1_048_576
}
