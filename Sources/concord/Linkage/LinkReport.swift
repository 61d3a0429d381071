import RecordLinkage

/// What `concord link` answers.
struct LinkReport: Encodable {
    private struct Column: Encodable {
        let name: String
        let kind: String
    }

    private struct LeftOut: Encodable {
        let name: String
        let reason: String
    }

    private let linkage: LinkageReport
    private let expectedPrecision: Double
    private let columns: [Column]
    private let leftOut: [LeftOut]
    private let seconds: Double

    private enum CodingKeys: String, CodingKey {
        case linkage, columns, seconds
        case leftOut = "left_out"
        case expectedPrecision = "expected_precision"
    }

    init(_ linkage: Linkage, _ schema: LinkageSchema, left: RecordTable, seconds: Double) {
        self.linkage = linkage.report
        expectedPrecision = linkage.report.expectedPrecision
        columns = schema.columns.map { Column(name: $0.name, kind: $0.kind.rawValue) }
        leftOut = schema.leftOut(left).map { LeftOut(name: $0.column, reason: $0.reason) }
        self.seconds = seconds
    }

    /// For people.
    func lines(_ terminal: Terminal) -> [String] {
        let records =
            linkage.rightRecords == 0
            ? "\(Moment.count(linkage.leftRecords)) records"
            : "\(Moment.count(linkage.leftRecords)) and \(Moment.count(linkage.rightRecords)) records"
        var lines = [
            "\(Moment.count(linkage.acceptedPairs)) linked pairs in \(Moment.count(linkage.clusters)) groups, of \(records)",
            "  mean probability \(StateStyle.number(expectedPrecision)), "
                + "\(Moment.count(linkage.comparedPairs)) pairs compared in \(Moment.length(milliseconds: seconds * 1000))",
            "  compared by " + columns.map { "\($0.name) (\($0.kind))" }.joined(separator: ", "),
        ]
        if !leftOut.isEmpty {
            lines.append("  not compared: " + leftOut.map { "\($0.name) (\($0.reason))" }.joined(separator: ", "))
        }
        if linkage.blocksSplit + linkage.blocksSampled > 0 {
            lines.append(
                "  \(Moment.count(linkage.blocksSplit)) large blocks split, "
                    + "\(Moment.count(linkage.pairsLeftOut)) pairs of \(Moment.count(linkage.blocksSampled)) left out"
            )
        }
        return lines
    }
}
