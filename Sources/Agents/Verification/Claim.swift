import JobModel

/// Something that a step's result says, and what was found when it was looked at again.
struct Claim: Encodable, Sendable, Hashable {
    /// What the look came to.
    enum Verdict: String, Encodable, Sendable, Hashable, CaseIterable {
        case verified, refuted, unchecked
    }

    /// The step, by its evidence name.
    var step: String
    /// What is claimed, such as `rows_live` or `SDF16P202501.zip sha256`.
    var subject: String
    /// What the result says; nil where that is no single value.
    var claimed: String?
    /// What was found; nil where nothing was.
    var found: String?
    /// What the look came to.
    var verdict: Verdict
    /// How it was checked, or why it could not be.
    var how: String

    /// A value that was found anew.
    static func compared(_ step: String, _ subject: String, claimed: String, found: String, how: String) -> Claim {
        Claim(
            step: step,
            subject: subject,
            claimed: claimed,
            found: found,
            verdict: claimed == found ? .verified : .refuted,
            how: how
        )
    }

    /// A count that was made anew.
    static func counted(_ step: String, _ subject: String, claimed: Int, found: Int, how: String) -> Claim {
        compared(step, subject, claimed: String(claimed), found: String(found), how: how)
    }

    /// Something that could not be checked.
    static func unchecked(_ step: String, _ subject: String, claimed: String? = nil, _ why: String) -> Claim {
        Claim(step: step, subject: subject, claimed: claimed, found: nil, verdict: .unchecked, how: why)
    }

    /// The claim as one line; values are counts and hashes, never rows.
    var line: String {
        let values = [claimed.map { "claimed \($0)" }, found.map { "found \($0)" }].compactMap(\.self)
        return "\(step) \(subject)" + (values.isEmpty ? "" : ": " + values.joined(separator: ", ")) + " (\(how))"
    }

    static let schema = JSONSchema.object([
        .required("step", .string("the step, by its evidence name")),
        .required("subject", .string("what is claimed")),
        .optional("claimed", .string("what the result says")), .optional("found", .string("what was found")),
        .required("verdict", .string("what the look came to", enum: Verdict.allCases.map(\.rawValue))),
        .required("how", .string("how it was checked, or why it could not be")),
    ])
}

/// A step that has completed, as the checkers see it.
struct FinishedStep: Sendable {
    /// Its evidence name.
    let name: String
    let worker: String
    let action: String
    /// The key under which its action kept what it wrote.
    let job: String
    let result: JSONValue

    /// The text that a path of members leads to, also of a number.
    func text(_ path: String) -> String? {
        var value = result
        for name in path.split(separator: ".") {
            guard let next = value[String(name)] else { return nil }
            value = next
        }
        return value.string ?? value.int.map(String.init)
    }

    /// The whole number that a path of members leads to.
    func number(_ path: String) -> Int? { text(path).flatMap(Int.init) }
}

/// Looks at what the results of some actions claim, independently of the code that made them.
protocol ClaimChecker: Sendable {
    /// The claims of a step that this checker knows; none where it knows none.
    func claims(of step: FinishedStep) async throws -> [Claim]
}
