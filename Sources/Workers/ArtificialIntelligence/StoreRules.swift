import JobQueue

/// `ai_ml.store_rules`: checks rules and stores them as new versions, from which the next run on they count.
///
/// All are stored or none. A rule that is active as it stands gets no new version, so that running it again changes
/// nothing.
struct StoreRules: Action {
    static let name = "store_rules"
    static let summary = "Store rules as new versions that count from the next run on."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The rules; none is fine.
        var rules: [GivenRule]?
    }

    struct Result: Encodable, Sendable {
        /// Every rule with the version that is active now.
        var rules: [RuleStore.Stored]
        /// How many new versions there are.
        var stored: Int
        /// How many were active already.
        var unchanged: Int
    }

    static let parameterSchema = JSONSchema.object([
        .optional("rules", .array(of: GivenRule.schema, "the rules; none is fine", maxItems: 1000))
    ])

    static let resultSchema = JSONSchema.object([
        .required(
            "rules",
            .array(
                of: .object([
                    .required("rule_id", .string()),
                    .required("version", .integer("the version that is active now", minimum: 1)),
                    .required("is_unchanged", .boolean("whether it was active before")),
                ])
            )
        ),
        .required("stored", .integer("new versions", minimum: 0)),
        .required("unchanged", .integer("rules that were active already", minimum: 0)),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let rules = parameters.rules ?? []
        for (index, rule) in rules.enumerated() {
            guard let kind = StoredRule.Kind(rawValue: rule.kind) else {
                let known = StoredRule.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw JobFailure("unknown_kind", "the kind is one of \(known)", field: "rules[\(index)].kind")
            }
            guard rule.ruleID.wholeMatch(of: #/[A-Za-z0-9_.]{1,100}/#) != nil else {
                throw JobFailure(
                    "invalid_rule",
                    "a name has 1 to 100 letters, digits, dots and underscores",
                    field: "rules[\(index)].rule_id"
                )
            }
            if rules[..<index].contains(where: { $0.ruleID == rule.ruleID }) {
                throw JobFailure("invalid_rule", "two rules have this name", field: "rules[\(index)].rule_id")
            }
            _ = try StoredRule.Body(kind, rule.body, at: "rules[\(index)].body")
        }
        let client = try environment.database()
        return try await JobFailure.naming {
            let stored = try await RuleStore(client: client).store(rules, by: "job \(context.id)")
            let unchanged = stored.count(where: \.isUnchanged)
            let result = Result(rules: stored, stored: stored.count - unchanged, unchanged: unchanged)
            let part = ConfidencePart(
                "rules_accepted",
                rules.isEmpty ? 1 : Double(stored.count) / Double(rules.count),
                basis: "\(stored.count) of \(rules.count) rules are of their kind's form and active"
            )
            return .measured(result, parts: [part])
        }
    }
}
