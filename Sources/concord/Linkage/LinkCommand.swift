import ArgumentParser
import Foundation
import JobModel
import RecordLinkage
import Workers

/// `concord link`.
struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Link the records of two CSV files, or find the duplicates of one, without labels.",
        discussion: """
            Each file has a header line. Columns are paired by name and their kinds guessed from header and values; --map \
            says it where the guess is wrong, LEFT:RIGHT where the names differ. Kinds: \
            \(ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")).

            The output has a line for each pair: the records' numbers from 1 without the header, their ids where a column \
            names them, the probability that they are one, and log2 of the odds by their own evidence.

            Example: concord link owners.csv companies.csv --output links.csv --map owner:name=company_name --explain
            """
    )

    @Argument(help: ArgumentHelp("A CSV file.", valueName: "left"), completion: .file(extensions: ["csv"]))
    var left: String

    @Argument(
        help: ArgumentHelp("Another CSV file; without it, duplicates are found within the first.", valueName: "right"),
        completion: .file(extensions: ["csv"])
    )
    var right: String?

    @Option(help: ArgumentHelp("Where the linked pairs go, as CSV.", valueName: "file"), completion: .file())
    var output: String

    @Option(help: ArgumentHelp("Where the groups of records that are one go, as CSV.", valueName: "file"))
    var clusters: String?

    @Option(help: ArgumentHelp("What a column holds; repeatable.", valueName: "column=kind"))
    var map: [String] = []

    @Flag(help: "Compare by the mapped columns only.")
    var onlyMapped = false

    @Option(help: ArgumentHelp("The probability from which two records count as one.", valueName: "probability"))
    var threshold = 0.5

    @Option(
        help: ArgumentHelp(
            "Also write pairs that are not linked, down to this probability; column linked tells them apart.",
            valueName: "probability"
        )
    )
    var reportFrom: Double?

    @Option(help: ArgumentHelp("Addresses that more records of a file share say nothing.", valueName: "records"))
    var massAddressLimit: Int?

    @Flag(help: "Write what each column says about each pair, in bits.")
    var explain = false

    @Flag(help: "Answer with one JSON document on one line.")
    var json = false

    func validate() throws {
        guard threshold > 0, threshold <= 1 else { throw ValidationError("--threshold is above 0 and at most 1.") }
        if let reportFrom, !(reportFrom > 0 && reportFrom <= 1) {
            throw ValidationError("--report-from is above 0 and at most 1.")
        }
        _ = try map.map(LinkMapping.init(parsing:))
    }

    func run() async throws {
        let started = ContinuousClock.now
        let leftTable = try RecordFile(path: left).read()
        let rightTable = try right.map { try RecordFile(path: $0).read() }
        let schema: LinkageSchema
        do throws(LinkageError) {
            schema = try LinkageSchema.detect(
                left: leftTable,
                right: rightTable,
                mappings: map.compactMap { try? LinkMapping(parsing: $0).mapping },
                onlyMapped: onlyMapped,
                massValueLimit: massAddressLimit
            )
        } catch {
            throw CommandFailure(.usage, error.message, hint: "say what the columns hold with --map column=kind")
        }
        var settings = LinkageSettings()
        settings.threshold = threshold
        settings.reportedFrom = min(0.01, reportFrom ?? 0.01)
        let status = LinkStatus(terminal: .standardError)
        let linkage = try await Linker(schema: schema, settings: settings).link(leftTable, rightTable) {
            status.show($0, $1, $2)
        }
        status.end()
        let files = LinkFiles(left: leftTable, right: rightTable, linkage: linkage, schema: schema)
        try files.writePairs(to: output, from: reportFrom, explained: explain)
        if let clusters { try files.writeClusters(to: clusters) }
        let report = LinkReport(linkage, schema, left: leftTable, seconds: started.duration(to: .now) / .seconds(1))
        try CommandOutput(isJSON: json, terminal: .standardOutput).show(report) { report.lines($0) }
    }
}
