import JobQueue
import PropertyData

/// `ai_ml.execute_self_healing`: finds what is wrong by its own detectors, and mends it by safe, logged actions.
///
/// Each of the ten types of issue has one remedy. A remedy that takes rows away is only proposed: the outcome waits for a
/// person, and `mode: carry_out` with the proposing job's id does it once the queue's record says that he approved.
/// `resolved` is what the detector no longer finds when it looks again.
struct ExecuteSelfHealing: Action {
    static let name = "execute_self_healing"
    static let summary = "Mend issues by safe, logged actions, and propose destructive ones to a person."
    let environment: WorkerEnvironment

    enum Mode: String, Codable, Sendable, CaseIterable {
        case heal
        case dryRun = "dry_run"
        case carryOut = "carry_out"
    }

    struct Parameters: Decodable, Sendable {
        /// Whether anything is done at all; true by default.
        var enabled: Bool?
        /// Healing, looking only, or carrying out what a person approved; healing by default.
        var mode: Mode?
        /// The type of issue to look for.
        var issueType: IssueType?
        /// Only this subject of it.
        var subject: String?
        /// Issues that probes and detectors found: a list, or a list of lists.
        var issues: IssueLists?
        /// For `carry_out`: the job whose proposal was approved; empty for none.
        var proposal: String?
        /// How long to wait for jobs that were started; 30 by default.
        var waitSeconds: Double?
        /// The most subjects of one type that are dealt with; 20 by default.
        var maximumActions: Int?

        private enum CodingKeys: String, CodingKey {
            case enabled, mode, subject, issues, proposal
            case issueType = "issue_type"
            case waitSeconds = "wait_seconds"
            case maximumActions = "maximum_actions"
        }
    }

    enum Status: String, Encodable, Sendable, CaseIterable {
        case notAsked = "not_asked"
        case nothingFound = "nothing_found"
        case found, resolved, unresolved, pending
        case waitingForApproval = "waiting_for_approval"
    }

    struct Result: Encodable, Sendable {
        var status: Status
        var handled: [HealingRecord]
        /// Subjects beyond `maximum_actions`, which were left alone.
        var left: Int
        /// This job's id where something waits for approval, for `carry_out`; empty otherwise.
        var proposal: String
        /// What a person can do next; empty for nothing.
        var next: String
    }

    static let parameterSchema = JSONSchema.object([
        .optional("enabled", .boolean("whether anything is done at all", default: true)),
        .optional("mode", .string(enum: Mode.allCases.map(\.rawValue), default: "heal")),
        .optional("issue_type", .string("what to look for", enum: IssueType.allCases.map(\.rawValue))),
        .optional("subject", .string("only this subject of it", maxLength: 200)),
        .optional("issues", .array(of: .any("an issue, or a list of issues"), "what probes and detectors found")),
        .optional("proposal", .string("for carry_out: the job whose proposal was approved", maxLength: 128)),
        .optional("wait_seconds", .number("for jobs that were started", minimum: 0, maximum: 600, default: 30)),
        .optional("maximum_actions", .integer("subjects of one type", minimum: 1, maximum: 1000, default: 20)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("status", .string(enum: Status.allCases.map(\.rawValue))),
        .required("handled", .array(of: HealingRecord.schema, "each issue and what became of it")),
        .required("left", .integer("subjects beyond maximum_actions", minimum: 0)),
        .required("proposal", .string("this job where something waits for approval, else empty")),
        .required("next", .string("what a person can do next, else empty")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try JobFailure.check(parameters.waitSeconds, "wait_seconds", 0...600)
        guard parameters.enabled ?? true else {
            let result = Result(status: .notAsked, handled: [], left: 0, proposal: "", next: "")
            return .measured(
                result,
                parts: [ConfidencePart("asked", 1, basis: "healing was not asked for, nothing was done")]
            )
        }
        return try await JobFailure.naming {
            let healing = HealingRun(
                context: HealingContext(environment: environment, job: context, key: context.idempotencyKey),
                isDry: parameters.mode == .dryRun,
                wait: .seconds(parameters.waitSeconds ?? 30),
                maximum: parameters.maximumActions ?? 20
            )
            if parameters.mode == .carryOut {
                return outcome(try await healing.carryOut(parameters.proposal ?? ""), context)
            }
            return outcome(try await healing.heal(try wanted(parameters)), context)
        }
    }

    /// Which types and subjects are meant.
    private func wanted(_ parameters: Parameters) throws(JobFailure) -> [HealingRun.Wish] {
        if let type = parameters.issueType { return [.init(type: type, subject: parameters.subject)] }
        guard let lists = parameters.issues else {
            throw JobFailure(
                "invalid_parameters",
                "say what to heal: an issue_type, or issues that a step found",
                field: "issue_type"
            )
        }
        var wishes: [HealingRun.Wish] = []
        for issue in Issue.sorted(lists.issues) {
            // Detectors of rolls name rolls; everything else is looked for as a whole.
            let roll = RollIdentity(describedAs: issue.subject) == nil ? nil : issue.subject
            let wish = HealingRun.Wish(type: issue.type, subject: roll)
            if !wishes.contains(wish) { wishes.append(wish) }
        }
        return wishes.filter { wish in
            wish.subject == nil || !wishes.contains(HealingRun.Wish(type: wish.type, subject: nil))
        }
    }

    private func outcome(_ report: HealingRun.Report, _ context: JobContext) -> Outcome<Result> {
        let records = report.records
        let count = { (status: HealingRecord.Status) in records.count { $0.status == status } }
        let acted = records.count { ![.found, .proposed].contains($0.status) }
        let status: Status =
            if records.isEmpty {
                .nothingFound
            } else if count(.proposed) > 0 {
                .waitingForApproval
            } else if count(.unresolved) + count(.failed) > 0 {
                .unresolved
            } else if count(.pending) > 0 {
                .pending
            } else {
                count(.resolved) > 0 ? .resolved : .found
            }
        let isProposal = status == .waitingForApproval
        let result = Result(
            status: status,
            handled: records,
            left: report.left,
            proposal: isProposal ? context.id.rawValue : "",
            next: isProposal
                ? "approve, and \(report.canFollow ? "the plan's next step carries it out" : "run execute_self_healing with mode carry_out and this proposal")"
                : ""
        )
        var parts = [
            ConfidencePart(
                "detectors_ran",
                report.wished == 0 ? 1 : Double(report.ran) / Double(report.wished),
                basis: "\(report.ran) of \(report.wished) detectors could look"
            )
        ]
        if acted > 0 {
            parts.append(
                ConfidencePart(
                    "detectors_agree",
                    Double(count(.resolved)) / Double(acted),
                    basis: "\(count(.resolved)) of \(acted) issues are no longer found after the remedy"
                )
            )
        }
        return .measured(result, parts: parts, review: isProposal ? .approvalRequired : nil)
    }
}

/// Issues as a parameter: a list, or a list of lists, as several steps hand them over.
struct IssueLists: Decodable, Sendable {
    let issues: [Issue]

    private enum Element: Decodable {
        case one(Issue)
        case many([Issue])

        init(from decoder: any Decoder) throws {
            if (try? decoder.unkeyedContainer()) != nil {
                self = .many(try [Issue](from: decoder))
            } else {
                self = .one(try Issue(from: decoder))
            }
        }
    }

    init(from decoder: any Decoder) throws {
        issues = try [Element](from: decoder).flatMap { element in
            switch element {
            case .one(let issue): [issue]
            case .many(let issues): issues
            }
        }
    }
}
