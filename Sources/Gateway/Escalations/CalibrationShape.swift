import JobModel

/// How the document describes the calibration report.
enum CalibrationShape {
    private static let figures =
        "Reviews, bins with counts, Brier score with its baseline, ECE with its null band, verdict."

    static let shape = Shape(
        "CalibrationReport",
        .answer(
            "Whether confidence predicts the reviewers.",
            [
                .required("source", .string("Where the reviews were read.", enum: ["audit_log", "queue"])),
                .optional("overall", .document(figures)),
                .required("operation_types", .array(of: .document(figures), "By type of operation.")),
                .required("actions", .array(of: .document(figures), "By worker and action.")),
                .required(
                    "threshold",
                    .document("The threshold that would give the wanted accuracy, its error and load.")
                ),
                .required("audit_samples", .integer("Reviews of confident results.", minimum: 0)),
                .required("omitted", .map(of: .integer(minimum: 0), "Reviews that say nothing of confidence, by why.")),
            ]
        )
    )

    static let example: JSONValue = [
        "source": "audit_log", "operation_types": [], "actions": [], "threshold": [:], "audit_samples": 0,
        "omitted": ["without_result": 0, "by_policy": 0],
    ]
}
