import Foundation
import Orchestrator

/// A calibration as a person reads it.
struct CalibrationView {
    private let report: CalibrationReport
    private let threshold: Double

    /// A view that holds the recommendation against the threshold in force.
    init(_ report: CalibrationReport, threshold: Double) {
        self.report = report
        self.threshold = threshold
    }

    /// The lines.
    func lines(_ terminal: Terminal) -> [String] {
        guard let overall = report.overall else {
            return ["no reviewed result says anything of confidence yet"] + omissions
        }
        var lines = summary(overall, terminal) + [""] + table(overall, terminal) + [""]
        lines += groups("operation type", report.operationTypes, terminal)
        lines += groups("action", report.actions, terminal)
        return lines + advice(terminal) + omissions
    }

    private func summary(_ calibration: Calibration, _ terminal: Terminal) -> [String] {
        let source = report.source == "audit_log" ? "the audit log" : "what Redis still has"
        let skill = calibration.brierSkill.map { ", skill \(Self.number($0))" } ?? ""
        let band = calibration.nullBand
        let chance = "\(Self.number(band.low)) to \(Self.number(band.high)), median \(Self.number(band.median))"
        return [
            "\(terminal.styled("\(calibration.count) reviews", .bold)) from \(source), "
                + "\(report.auditSamples) of the audit sample; as good as \(Int(calibration.effectiveCount)) of equal weight",
            "  verdict      \(Self.verdict(calibration.verdict, terminal))",
            "  confidence   \(Self.number(calibration.meanConfidence)) on average, reviewers agreed with "
                + Self.number(calibration.agreement),
            "  Brier score  \(Self.number(calibration.brier)), always saying the mean \(Self.number(calibration.brierBaseline))"
                + skill,
            "  calibration  error \(Self.number(calibration.expectedCalibrationError)); chance alone gives \(chance)",
        ]
    }

    private static func verdict(_ verdict: Calibration.Verdict, _ terminal: Terminal) -> String {
        switch verdict {
        case .insufficient:
            terminal.styled(
                "none: at least \(Int(Calibration.leastReviews)) reviews of equal weight are needed",
                .yellow
            )
        case .consistent: terminal.styled("consistent: the error is what chance alone gives", .green)
        case .overconfident: terminal.styled("overconfident: results are worse than their confidence says", .red)
        case .underconfident: terminal.styled("underconfident: results are better than their confidence says", .red)
        case .miscalibrated: terminal.styled("miscalibrated: too high in places and too low in others", .red)
        }
    }

    private func table(_ calibration: Calibration, _ terminal: Terminal) -> [String] {
        var table = TextTable(
            ["CONFIDENCE", "REVIEWS", "WEIGHT", "MEAN", "AGREED", "95% INTERVAL"],
            rightAligned: [1, 2, 3, 4]
        )
        for bin in calibration.bins {
            table.append([
                "\(Self.number(bin.from, 1)) to \(Self.number(bin.to, 1))", Moment.count(bin.count),
                Self.number(bin.weight, 0), Self.number(bin.confidence), Self.number(bin.agreement),
                Self.interval(bin.interval),
            ])
        }
        return table.lines(terminal)
    }

    private func groups(
        _ heading: String,
        _ groups: [CalibrationReport.Group],
        _ terminal: Terminal
    ) -> [String] {
        guard !groups.isEmpty else { return [] }
        var table = TextTable(
            [heading.uppercased(), "REVIEWS", "MEAN", "AGREED", "BRIER", "BASELINE", "ERROR", "CHANCE", "VERDICT"],
            rightAligned: [1, 2, 3, 4, 5, 6, 7]
        )
        for group in groups {
            let calibration = group.calibration
            table.append([
                group.name, Moment.count(calibration.count), Self.number(calibration.meanConfidence),
                Self.number(calibration.agreement), Self.number(calibration.brier),
                Self.number(calibration.brierBaseline), Self.number(calibration.expectedCalibrationError),
                Self.number(calibration.nullBand.high),
                calibration.verdict == .insufficient ? "too few reviews" : calibration.verdict.rawValue,
            ])
        }
        return table.lines(terminal) + [""]
    }

    private func advice(_ terminal: Terminal) -> [String] {
        let wanted = "\(Self.percent(report.threshold.wantedAccuracy)) of the unreviewed results right"
        var lines = ["threshold in force \(Self.number(threshold))"]
        if let choice = report.threshold.recommended {
            lines.append("for \(wanted): \(terminal.styled("threshold \(Self.number(choice.threshold))", .bold))")
            lines.append(
                "  expected error \(Self.percent(choice.error)) (\(Self.interval(choice.interval))) "
                    + "from \(choice.count) reviews; \(Self.percent(choice.load)) of the results are reviewed"
            )
            if let assured = report.threshold.assured, assured.threshold > choice.threshold {
                lines.append(
                    "  to be sure of it: threshold \(Self.number(assured.threshold)), \(Self.percent(assured.load)) reviewed"
                )
            }
            lines.append("  nothing is changed: set confidence.threshold where you want it so")
        } else {
            lines.append("for \(wanted): no threshold can be recommended from these reviews")
        }
        if report.auditSamples == 0 {
            lines.append(
                terminal.styled("no audit samples: nothing is known of results that were not reviewed", .yellow)
            )
        }
        return lines
    }

    private var omissions: [String] {
        var lines: [String] = []
        let omitted = report.omitted
        if omitted.withoutResult > 0 { lines.append("left out: \(omitted.withoutResult) without a result to judge") }
        if omitted.byPolicy > 0 { lines.append("left out: \(omitted.byPolicy) that the policy decided") }
        return lines
    }

    private static func number(_ value: Double, _ digits: Int = 3) -> String { String(format: "%.\(digits)f", value) }

    private static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }

    private static func interval(_ interval: Interval) -> String {
        "\(number(interval.low)) to \(number(interval.high))"
    }
}
