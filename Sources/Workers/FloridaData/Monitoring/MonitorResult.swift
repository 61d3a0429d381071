import Foundation
import JobQueue
import PropertyData

/// What `florida_data.monitor` found; lists hold the first two hundred entries, the counts all.
struct MonitorResult: Encodable, Sendable {
    enum Status: String, Encodable, CaseIterable {
        /// Nothing to see to.
        case ok
        /// Something deserves a look.
        case warning
        /// There is nothing to judge by.
        case noData = "no_data"
    }

    struct LoadedRoll: Encodable, Sendable {
        let name: RollName
        let file: String
        let submission: Int
        let loadedAt: Date
        let ageDays: Int
        let rows: Int
        let previousRows: Int?
        /// Rows against the roll before, such as -0.12 for 12 percent fewer.
        let change: Double?
        let invalidRows: Int
        /// Invalid rows in all rows of the file.
        let invalidShare: Double?
        let isSample: Bool
        let finding: String?

        private enum CodingKeys: String, CodingKey {
            case name = "roll"
            case file, submission, rows, change, finding
            case loadedAt = "loaded_at"
            case ageDays = "age_days"
            case previousRows = "previous_rows"
            case invalidRows = "invalid_rows"
            case invalidShare = "invalid_share"
            case isSample = "is_sample"
        }
    }

    struct FailingRule: Encodable, Sendable {
        let rule: String
        let severity: String
        let files: Int
        let checked: Int
        let failed: Int
    }

    struct Performance: Encodable, Sendable {
        let files: Int
        let rows: Int
        let bytes: Int
        /// Between the end of staging and the merge, in seconds; nil without merges.
        let medianWaitSeconds: Double?
        let maximumWaitSeconds: Double?
        /// Files that are staged and not merged.
        let waiting: Int
        let oldestWaitSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case files, rows, bytes, waiting
            case medianWaitSeconds = "median_wait_seconds"
            case maximumWaitSeconds = "maximum_wait_seconds"
            case oldestWaitSeconds = "oldest_wait_seconds"
        }
    }

    let checkType: MonitorRolls.Check
    var status = Status.ok
    var findings: [String] = []
    var rollsExpected: Int?
    var rollsLoaded = 0
    var rollsMissing: Int?
    var loaded: [LoadedRoll] = []
    var missing: [RollName] = []
    var failingRules: [FailingRule] = []
    var performance: Performance?
    var part: ConfidencePart

    static let listLimit = 200

    private enum CodingKeys: String, CodingKey {
        case status, findings, loaded, missing, performance
        case checkType = "check_type"
        case rollsExpected = "rolls_expected"
        case rollsLoaded = "rolls_loaded"
        case rollsMissing = "rolls_missing"
        case failingRules = "failing_rules"
    }
}
