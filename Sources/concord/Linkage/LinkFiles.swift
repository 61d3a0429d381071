import Foundation
import RecordLinkage

/// Writes the outcome of a linkage as CSV files.
struct LinkFiles {
    private let left: RecordTable
    private let right: RecordTable?
    private let linkage: Linkage
    private let schema: LinkageSchema
    /// The columns that name the records of each file.
    private let identifying: (left: Int?, right: Int?)

    init(left: RecordTable, right: RecordTable?, linkage: Linkage, schema: LinkageSchema) {
        self.left = left
        self.right = right
        self.linkage = linkage
        self.schema = schema
        identifying = (left.identifyingColumn, (right ?? left).identifyingColumn)
    }

    /// Writes the linked pairs; `from` adds those that are not linked down to that probability.
    func writePairs(to path: String, from: Double?, explained: Bool) throws {
        var header = ["left_row", "right_row", "left_id", "right_id", "probability", "bits", "linked"]
        if explained {
            header += ["prior_bits"] + schema.columns.flatMap { ["\($0.name)_agreement", "\($0.name)_bits"] }
        }
        try write(to: path) { file in
            try file.append(header)
            for pair in linkage.pairs where pair.isAccepted || from.map({ pair.probability >= $0 }) == true {
                var line = [
                    String(pair.left + 1), String(pair.right + 1), leftID(pair.left), rightID(pair.right),
                    String(format: "%.6f", pair.probability), String(format: "%.2f", pair.weight),
                    pair.isAccepted ? "1" : "0",
                ]
                if explained {
                    line.append(String(format: "%.2f", linkage.priorBits))
                    for evidence in linkage.evidence(for: pair) {
                        line += [evidence.agreement, String(format: "%.2f", evidence.bits)]
                    }
                }
                try file.append(line)
            }
        }
    }

    /// Writes a line for each record of a cluster.
    func writeClusters(to path: String) throws {
        try write(to: path) { file in
            try file.append(["cluster", "file", "row", "id"])
            for (number, cluster) in linkage.clusters.enumerated() {
                for record in cluster {
                    let isLeft = right == nil || record < left.count
                    let row = isLeft ? record : record - left.count
                    let name = isLeft ? leftID(row) : rightID(row)
                    try file.append([String(number + 1), isLeft ? "left" : "right", String(row + 1), name])
                }
            }
        }
    }

    private func leftID(_ record: Int) -> String {
        identifying.left.map { left.text(record: record, column: $0) } ?? ""
    }

    private func rightID(_ record: Int) -> String {
        identifying.right.map { (right ?? left).text(record: record, column: $0) } ?? ""
    }

    private func write(to path: String, _ body: (inout LinkFile) throws -> Void) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw CommandFailure(.usage, "\(path) cannot be written")
        }
        var file = LinkFile(handle: handle)
        try body(&file)
        try file.close()
    }
}

/// A CSV file that is being written.
struct LinkFile {
    private let handle: FileHandle
    private var text = ""

    init(handle: FileHandle) { self.handle = handle }

    /// Adds a line.
    mutating func append(_ cells: [String]) throws {
        text += cells.map(Self.cell).joined(separator: ",") + "\n"
        if text.utf8.count > 1 << 16 { try flush() }
    }

    /// Writes what is left.
    mutating func close() throws {
        try flush()
        try handle.close()
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: Data(text.utf8))
        text = ""
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
