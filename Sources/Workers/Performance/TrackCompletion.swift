import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// `performance.track_completion`: what should be loaded by the Department's calendar, against what is.
///
/// A roll counts as loaded when its load is recorded; whether its rows are still there is counted beside it, and makes
/// the confidence. Synthetic rolls are counted apart.
struct TrackCompletion: Action {
    static let name = "track_completion"
    static let summary = "Compare the rolls that are due by calendar and county with those that are loaded."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// Datasets; all by default.
        var datasets: [String]?
        /// Counties; all 67 by default.
        var counties: [CountyCode]?
        /// The assessment year; the newest that is due by default.
        var year: Int?
        /// The day from which it is looked at, `2025-11-22`; today by default.
        var asOf: String?

        private enum CodingKeys: String, CodingKey {
            case datasets, counties, year
            case asOf = "as_of"
        }
    }

    struct Edition: Encodable, Sendable {
        var dataset: Dataset
        var roll: Roll
        var dueOn: String
        var expected: Int
        var loaded: Int
        var sample: Int

        private enum CodingKeys: String, CodingKey {
            case dataset, roll, expected, loaded, sample
            case dueOn = "due_on"
        }
    }

    struct Missing: Encodable, Sendable {
        var roll: String
        var county: CountyEvidence
        var daysOverdue: Int

        private enum CodingKeys: String, CodingKey {
            case roll, county
            case daysOverdue = "days_overdue"
        }
    }

    struct Result: Encodable, Sendable {
        var year: Int
        var asOf: String
        /// Rolls that are due.
        var expected: Int
        /// Of those, loaded; synthetic ones included.
        var loaded: Int
        /// Of those, synthetic.
        var sample: Int
        var share: Double
        var editions: [Edition]
        /// How many are missing.
        var missing: Int
        /// The first two hundred of them.
        var missingRolls: [Missing]
        var fillRates: [FillRate]
        var issues: [Issue]

        private enum CodingKeys: String, CodingKey {
            case year, expected, loaded, sample, share, editions, missing, issues
            case asOf = "as_of"
            case missingRolls = "missing_rolls"
            case fillRates = "fill_rates"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("datasets", .array(of: .string(), "NAL, SDF, NAP; all by default", minItems: 1)),
        .optional(
            "counties",
            .array(of: JSONSchema(.string, .integer), "names or codes; all 67 by default", minItems: 1)
        ),
        .optional("year", .integer("the newest that is due by default", minimum: 2000, maximum: 2100)),
        .optional("as_of", .string("the day from which it is looked at; today by default", format: "date")),
    ])

    static let resultSchema = JSONSchema.object([
        .required("year", .integer("the assessment year")),
        .required("as_of", .string(format: "date")),
        .required("expected", .integer("rolls that are due", minimum: 0)),
        .required("loaded", .integer("of those, loaded", minimum: 0)),
        .required("sample", .integer("of those, synthetic", minimum: 0)),
        .required("share", .number("loaded for each that is due", minimum: 0, maximum: 1)),
        .required(
            "editions",
            .array(
                of: .object([
                    .required("dataset", .string(enum: Dataset.allCases.map(\.rawValue))),
                    .required("roll", .string(enum: Roll.allCases.map(\.rawValue))),
                    .required("due_on", .string(format: "date")),
                    .required("expected", .integer(minimum: 0)),
                    .required("loaded", .integer(minimum: 0)),
                    .required("sample", .integer(minimum: 0)),
                ])
            )
        ),
        .required("missing", .integer(minimum: 0)),
        .required(
            "missing_rolls",
            .array(
                of: .object([
                    .required("roll", .string("such as NAL 16 2025P")),
                    .required(
                        "county",
                        .object([.required("dor_number", .integer()), .required("name", .string())])
                    ),
                    .required("days_overdue", .integer(minimum: 0)),
                ]),
                "the first two hundred"
            )
        ),
        .required("fill_rates", .array(of: FillRate.schema, "how many rows have a value, by column")),
        .required("issues", Issue.list),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let request = try CompletionRequest(parameters)
        let client = try environment.database()
        return try await JobFailure.naming {
            let database = PropertyDatabase(client: client)
            let loaded = Dictionary(
                try await database.loadedRolls().map { ($0.identity, $0) },
                uniquingKeysWith: { _, last in last }
            )
            var editions: [Edition] = []
            var missing: [Missing] = []
            var found: [LoadedRoll] = []
            for due in request.due {
                for dataset in request.datasets {
                    var edition = Edition(
                        dataset: dataset,
                        roll: due.roll,
                        dueOn: CompletionCalendar.text(due.date),
                        expected: request.counties.count,
                        loaded: 0,
                        sample: 0
                    )
                    for county in request.counties {
                        let identity = RollIdentity(dataset: dataset, county: county, roll: due.roll, year: due.year)
                        if let roll = loaded[identity] {
                            edition.loaded += 1
                            edition.sample += roll.isSample ? 1 : 0
                            found.append(roll)
                        } else {
                            let days = request.calendar.daysOverdue(due)
                            missing.append(
                                Missing(roll: identity.description, county: CountyEvidence(county), daysOverdue: days)
                            )
                        }
                    }
                    editions.append(edition)
                }
            }
            var present = 0
            for (index, roll) in found.enumerated() {
                try Task.checkCancellation()
                context.report(done: index, total: found.count, unit: "rolls")
                if try await database.countLive(roll.identity) > 0 || roll.rows == 0 { present += 1 }
            }
            let rates = try await FillRate.measure(found.map(\.identity), client)
            return outcome(request, editions, missing, rates, present: present)
        }
    }

    private func outcome(
        _ request: CompletionRequest,
        _ editions: [Edition],
        _ missing: [Missing],
        _ rates: [FillRate],
        present: Int
    ) -> Outcome<Result> {
        let expected = editions.reduce(0) { $0 + $1.expected }
        let loaded = editions.reduce(0) { $0 + $1.loaded }
        let issues = editions.filter { $0.loaded < $0.expected }.map { edition in
            Issue(
                type: .missing,
                severity: .warning,
                subject: "\(edition.dataset) \(request.year)\(edition.roll.rawValue)",
                detector: "track_completion",
                message: "\(edition.expected - edition.loaded) of \(edition.expected) counties are not loaded",
                evidence: ["expected": Double(edition.expected), "loaded": Double(edition.loaded)]
            )
        }
        let result = Result(
            year: request.year,
            asOf: CompletionCalendar.text(request.calendar.today),
            expected: expected,
            loaded: loaded,
            sample: editions.reduce(0) { $0 + $1.sample },
            share: expected == 0 ? 0 : Double(loaded) / Double(expected),
            editions: editions,
            missing: missing.count,
            missingRolls: Array(missing.prefix(200)),
            fillRates: rates,
            issues: Issue.sorted(issues)
        )
        let part = ConfidencePart(
            "records_confirmed",
            loaded == 0 ? 1 : Double(present) / Double(loaded),
            basis: "the live tables have the rows of \(present) of \(loaded) rolls that are recorded as loaded"
        )
        return .measured(result, parts: [part])
    }
}
