import Foundation
import Testing

@testable import Orchestrator

@Suite("Random cron expressions", .timeLimit(.minutes(5)))
struct CronPropertyTests {
    static let zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]

    // 2023-12-31T00:00Z to 2031-01-02T00:00Z: from 2024 to 2030 in every zone.
    private static let start = 1_703_980_800
    private static let end = 1_925_078_400

    @Test("come from 2024 to 2030 as in the walk through time", arguments: zones, [UInt64(1), 2, 3])
    func walk(zone name: String, seed: UInt64) throws {
        let zone = try #require(TimeZone(identifier: name))
        let slots = stride(from: Self.start, to: Self.end + 86_400, by: CronReference.slot)
        let seconds = slots.map { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) }
        try compare(zone, CronReference.Offsets(first: Self.start / CronReference.slot, seconds: seconds), seed, 12)
    }

    @Test("come as in the walk by Python's zoneinfo, where this machine has it", arguments: zones)
    func zoneinfo(zone name: String) async throws {
        guard let seconds = try await Self.python(name) else {
            print("python3 with zoneinfo is not here: the offsets of \(name) are not compared")
            return
        }
        let zone = try #require(TimeZone(identifier: name))
        try compare(zone, CronReference.Offsets(first: Self.start / CronReference.slot, seconds: seconds), 4, 4)
    }

    private func compare(
        _ zone: TimeZone,
        _ offsets: CronReference.Offsets,
        _ seed: UInt64,
        _ count: Int
    ) throws {
        let reference = CronReference(offsets: offsets)
        var random = Lottery(seed: seed)
        for _ in 0..<count {
            let sample = CronReference.sample(&random)
            // Expressions that come every few minutes are followed through one year, the others through all.
            let isDense = sample.isElapsed && sample.minutes.count { $0 } * sample.hours.count { $0 } > 60
            let year = 365 * 86_400
            let from = isDense ? Self.start + random.next(6) * year : Self.start
            let to = isDense ? from + year : Self.end
            let expected = reference.times(of: sample, from: from, to: to)
            let cron = try CronExpression(parsing: sample.text)
            var found: [Int] = []
            var last = from * 1000 - 1
            while let next = cron.next(afterMilliseconds: last, in: zone), next < to * 1000 {
                found.append(next / 1000)
                last = next
            }
            let difference = zip(found, expected).first { $0 != $1 }
            #expect(found.count == expected.count, "\(sample.text) in \(zone.identifier)")
            #expect(difference == nil, "\(sample.text) in \(zone.identifier)")
            // From any moment, not only from one time to the next.
            for _ in 0..<50 where !expected.isEmpty {
                let moment = from + random.next(max(1, expected[expected.count - 1] - from))
                let next = cron.next(afterMilliseconds: moment * 1000 + random.next(1000), in: zone)
                #expect(next == Self.first(of: expected, after: moment) * 1000, "\(sample.text) after \(moment)")
            }
        }
    }

    /// The first of sorted moments that is later than a moment, which the last one is.
    private static func first(of moments: [Int], after moment: Int) -> Int {
        var (low, high) = (0, moments.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] > moment { high = middle } else { low = middle + 1 }
        }
        return moments[high]
    }

    /// The offsets by Python; `nil` where it is not here.
    private static func python(_ zone: String) async throws -> [Int]? {
        let path = ["/usr/bin/python3", "/usr/local/bin/python3"].first(where: FileManager.default.isExecutableFile)
        guard let path else { return nil }
        let program = """
            import datetime, zoneinfo
            zone = zoneinfo.ZoneInfo("\(zone)")
            for t in range(\(start), \(end + 86_400), \(CronReference.slot)):
                print(int(datetime.datetime.fromtimestamp(t, zone).utcoffset().total_seconds()))
            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", program]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }
}
