import ArgumentParser
import Foundation
import Glibc
import JobModel
import PropertyData

/// `concord bench parse`: how fast a tax roll is read, checked and written for PostgreSQL, without a server.
struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Measure how fast a tax roll is read, split, checked and encoded, without a database.",
        discussion: """
            Goes over the table once for each scenario: bytes (reading alone), records (splitting into fields), permissive, \
            standard and strict (the rules of each level), encoded (standard, and rows written as PostgreSQL copies \
            them). One thread; rates are of the table's bytes, inflated. Build with -c release.

            Example: concord bench parse NAL16P202501.csv --rounds 5
            """
    )

    @Argument(help: "A tax roll: a CSV of the Department's name, or a zip with one.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("How often each scenario is run; the fastest counts.", valueName: "number"))
    var rounds = 3

    /// Whose flag of that name takes `--json`, wherever it stands.
    @ParentCommand var bench: BenchCommand

    @Flag(help: "Print one JSON object a scenario.")
    var json = false

    func validate() throws {
        guard rounds > 0 else { throw ValidationError("--rounds is at least 1.") }
    }

    func run() async throws {
        let roll: TaxRollFile
        let inspection: FileInspection
        do {
            roll = try TaxRollFile(path: file)
            inspection = try await roll.inspect()
        } catch let error as PropertyDataError {
            throw CommandFailure(.failed, "\(error)")
        }
        for pass in TablePass.allCases {
            let runs = try (0..<rounds).map { _ in try measure(roll, pass, inspection) }
            guard let best = runs.min(by: { $0.cpuSeconds < $1.cpuSeconds }) else { continue }
            print(json || bench.json ? try JSONValue(encoding: best).encoded : best.line)
        }
    }

    private func measure(_ roll: TaxRollFile, _ pass: TablePass, _ inspection: FileInspection) throws -> ParseRow {
        let began = ContinuousClock.now
        let cpuBefore = Self.cpuSeconds()
        _ = try roll.run(pass, encoding: inspection.encoding)
        let cpu = Self.cpuSeconds() - cpuBefore
        return ParseRow(
            scenario: pass.rawValue,
            rows: inspection.lines - 1,
            bytes: inspection.tableBytes,
            seconds: (ContinuousClock.now - began) / .seconds(1),
            cpuSeconds: cpu
        )
    }

    /// The CPU time of this process, which a busy machine changes less than the time that passes.
    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

/// The outcome of one scenario.
struct ParseRow: Encodable {
    let scenario: String
    let rows: Int
    let bytes: Int
    let seconds: Double
    let cpuSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case scenario, rows, bytes, seconds
        case cpuSeconds = "cpu_seconds"
    }

    /// For people.
    var line: String {
        func number(_ value: Double, _ digits: Int) -> String {
            value.formatted(.number.precision(.fractionLength(digits)).grouping(.automatic))
        }
        let name = scenario.padding(toLength: 12, withPad: " ", startingAt: 0)
        let rate = "\(number(Double(bytes) / cpuSeconds / 1e6, 0)) MB/s"
        return "\(name)\(rate)  \(number(Double(rows) / cpuSeconds, 0)) rows/s  \(number(cpuSeconds, 3)) s of CPU, "
            + "\(number(seconds, 3)) s passed"
    }
}
