import JobQueue

/// What a question asks for, as data: the only thing that becomes a query.
///
/// The grammar makes one from a question's words; a language model can make one as JSON constrained by ``schema``. Either
/// way it is checked against ``QuestionCatalog`` first: subjects, fields, comparisons and values are chosen from closed
/// sets or travel as parameters, so that no text of a question is ever part of a statement.
struct QuestionPlan: Codable, Sendable, Hashable {
    /// What is asked about.
    enum Subject: String, Codable, Sendable, CaseIterable {
        /// Parcels of each county's newest roll.
        case property
        /// Deeds: one that conveys several parcels counts once.
        case sale
        /// Companies of the Division of Corporations.
        case company
        /// Rolls that are loaded, and the queues.
        case status
        /// Operations and what became of them.
        case operation
    }

    /// What is computed.
    enum Measure: String, Codable, Sendable, CaseIterable {
        case list, count, sum, average, median, minimum, maximum
    }

    enum Comparison: String, Codable, Sendable, CaseIterable {
        case equals
        /// Every word of the value occurs in the text.
        case hasWords = "has_words"
        case startsWith = "starts_with"
        case atLeast = "at_least"
        case atMost = "at_most"
    }

    struct Condition: Codable, Sendable, Hashable {
        var field: String
        var comparison: Comparison
        var value: JSONValue
    }

    var subject: Subject
    var measure: Measure = .list
    /// The field that is measured; not for `list` and `count`.
    var of: String?
    var conditions: [Condition] = []
    /// The field by whose values the measure is told apart.
    var groupBy: String?
    /// The field that rows are ordered by.
    var orderBy: String?
    var isDescending: Bool?
    var limit: Int?

    private enum CodingKeys: String, CodingKey {
        case subject, measure, of, conditions, limit
        case groupBy = "group_by"
        case orderBy = "order_by"
        case isDescending = "descending"
    }

    /// The form that a language model is held to.
    static let schema: JSONSchema = {
        let fields = Set(Subject.allCases.flatMap { QuestionCatalog.of($0).fields.map(\.name) }).sorted()
        let field = JSONSchema.string(enum: fields)
        let value = JSONSchema(.string, .number, .boolean)
        return .object([
            .required("subject", .string(enum: Subject.allCases.map(\.rawValue))),
            .required("measure", .string(enum: Measure.allCases.map(\.rawValue))),
            .optional("of", field),
            .required(
                "conditions",
                .array(
                    of: .object([
                        .required("field", field),
                        .required("comparison", .string(enum: Comparison.allCases.map(\.rawValue))),
                        .required("value", value),
                    ]),
                    maxItems: 20
                )
            ),
            .optional("group_by", field),
            .optional("order_by", field),
            .optional("descending", .boolean()),
            .optional("limit", .integer(minimum: 1, maximum: 50)),
        ])
    }()
}

extension QuestionPlan {
    /// Refuses what the catalog does not have, by the field's name.
    func check(at path: String) throws(JobFailure) {
        let catalog = QuestionCatalog.of(subject)
        func field(_ name: String?, _ place: String) throws(JobFailure) -> QuestionCatalog.Field? {
            guard let name else { return nil }
            guard let known = catalog.field(name) else {
                let names = catalog.fields.map(\.name).joined(separator: ", ")
                throw JobFailure("unknown_field", "\(subject.rawValue) has \(names)", field: "\(path).\(place)")
            }
            return known
        }
        for (index, condition) in conditions.enumerated() {
            let place = "conditions[\(index)]"
            guard let known = try field(condition.field, "\(place).field") else { continue }
            guard known.kind.accepts(condition.comparison) else {
                throw JobFailure(
                    "invalid_plan",
                    "\(condition.field) cannot be compared so",
                    field: "\(path).\(place).comparison"
                )
            }
            guard known.parameter(condition.value) != nil else {
                throw JobFailure("invalid_plan", "is no \(known.kind.rawValue)", field: "\(path).\(place).value")
            }
        }
        _ = try field(groupBy, "group_by")
        _ = try field(orderBy, "order_by")
        if ![.list, .count].contains(measure) {
            guard let measured = try field(of, "of"), measured.kind == .number else {
                throw JobFailure("invalid_plan", "name the number that is measured", field: "\(path).of")
            }
        }
        if let limit, !(1...50).contains(limit) {
            throw JobFailure("invalid_plan", "must be from 1 to 50", field: "\(path).limit")
        }
    }
}
