import ArgumentParser
import JobModel
import Orchestrator

/// `concord escalations calibration`.
struct CalibrationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibration",
        abstract: "Does confidence predict the reviewers, and which threshold would follow?",
        discussion: """
            Approval counts as agreement; override, reject and retry do not. Audit samples count for as many results as \
            they stand for. Under 100 reviews nothing is concluded. Nothing is changed: a threshold is set by you.

            Example: concord escalations calibration --wanted-accuracy 0.95 --since 90d
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions

    @Option(help: ArgumentHelp("Only decisions of the last so long, such as 90d.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only operations of this type.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("How many of the unreviewed results should be right, 0.5 to 1.", valueName: "share"))
    var wantedAccuracy = 0.95

    func validate() throws {
        try SinceOption.check(since)
        guard (0.5...1).contains(wantedAccuracy) else {
            throw ValidationError("--wanted-accuracy must be from 0.5 to 1.")
        }
    }

    func run() async throws {
        let settings = try options.settings()
        try await Deployment(command: settings).withReviews { reviews in
            let report = try await reviews.calibration(
                CalibrationQuery(
                    sinceMilliseconds: SinceOption.milliseconds(since),
                    operationType: type,
                    wantedAccuracy: wantedAccuracy
                )
            )
            try answer.output.show(report) { terminal in
                CalibrationView(report, threshold: settings.confidenceThreshold).lines(terminal)
            }
        }
    }
}
