import JobModel
import JobQueue
import PostgresClient

/// `explorer.search`: finds files, tables, fields, operations, rules, actions, entities and unloaded offers, the best first.
struct SearchEverything: Action {
    static let name = "search"
    static let summary =
        "Finds files, tables, fields, operations, rules, actions, entities and what the sources offer, the best first."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var q: String
        var kinds: [String]?
        var limit: Int?
    }

    /// Something that was found.
    struct Hit: Encodable, Sendable {
        var kind: SearchKind
        var name: String
        var title: String
        var score: Double
        var matched: [String]
        var facts: [String: String]
    }

    /// What was looked into.
    struct Place: Encodable, Sendable {
        var kind: SearchKind
        var candidates: Int
        /// How many of them match.
        var matches: Int
        /// Why it could not be looked into; nil where it could.
        var reason: String?
    }

    struct Result: Encodable, Sendable {
        var query: String
        var hits: [Hit]
        var total: Int
        var places: [Place]
        var notes: [String]
    }

    static let parameterSchema = JSONSchema.object([
        .required("q", .string("what is looked for", minLength: 1, maxLength: 500)),
        .optional(
            "kinds",
            .array(
                of: .string("a kind", enum: SearchKind.allCases.map(\.rawValue)),
                "only of these kinds; all by default"
            )
        ),
        .optional("limit", .integer("the most that is answered", minimum: 1, maximum: 200, default: 25)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("query", .string("what was looked for")),
        .required(
            "hits",
            .array(
                of: .object([
                    .required("kind", .string("what it is", enum: SearchKind.allCases.map(\.rawValue))),
                    .required("name", .string("what it is called")),
                    .required("title", .string("what it is, in words")),
                    .required(
                        "score",
                        .number("how well it matches; 1 for every word in the name", minimum: 0, maximum: 1)
                    ),
                    .required("matched", .array(of: .string(), "the words of the query that it has")),
                    .required("facts", .map(of: .string(), "what is known of it")),
                ]),
                "the best first"
            )
        ),
        .required("total", .integer("how many match", minimum: 0)),
        .required(
            "places",
            .array(
                of: .object([
                    .required("kind", .string("what it holds", enum: SearchKind.allCases.map(\.rawValue))),
                    .required("candidates", .integer("how many were compared", minimum: 0)),
                    .required("matches", .integer("how many of them match", minimum: 0)),
                    .optional("reason", .string("why it could not be looked into")),
                ]),
                "what was looked into"
            )
        ),
        .required("notes", .array(of: .string(), "what limits the answer")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let query = SearchQuery(parameters.q)
        guard !query.words.isEmpty else { throw JobFailure.parameter("q", "has no letter and no digit") }
        let kinds = Set((parameters.kinds ?? []).compactMap(SearchKind.init))
        let wanted = places.filter { kinds.isEmpty || kinds.contains($0.kind) }
        return try await JobFailure.naming {
            var candidates: [SearchCandidate] = []
            var looked: [Place] = []
            for (number, place) in wanted.enumerated() {
                try Task.checkCancellation()
                context.report(done: number, total: wanted.count, unit: "places")
                do {
                    let found = try await place.candidates(for: query)
                    candidates += found
                    looked.append(Place(kind: place.kind, candidates: found.count, matches: 0))
                } catch let error as SearchUnavailable {
                    looked.append(Place(kind: place.kind, candidates: 0, matches: 0, reason: error.reason))
                }
            }
            let ranked = SearchRanking.order(candidates, by: query)
            for index in looked.indices {
                looked[index].matches = ranked.count { $0.candidate.kind == looked[index].kind }
            }
            let hits = ranked.prefix(parameters.limit ?? 25).map { found in
                Hit(
                    kind: found.candidate.kind,
                    name: found.candidate.name,
                    title: found.candidate.title,
                    score: (found.score * 1000).rounded() / 1000,
                    matched: found.matched,
                    facts: found.candidate.facts
                )
            }
            let notes = wanted.contains { $0.kind == .offer } ? SourceOffers(environment: environment).notes : []
            let result = Result(query: query.text, hits: hits, total: ranked.count, places: looked, notes: notes)
            return .measured(result, parts: [Self.part(looked)])
        }
    }

    private var places: [any SearchPlace] {
        let postgres = environment.postgres
        return [
            LoadedFiles(postgres: postgres), DatabaseTables(postgres: postgres), TableFields(postgres: postgres),
            RecordedOperations(operations: environment.operations), Rules(postgres: postgres),
            KnownActions(operations: environment.operations), RegisteredEntities(postgres: postgres),
            SourceOffers(environment: environment),
        ]
    }

    /// What the confidence rests on: an answer from half of the places is half an answer.
    private static func part(_ places: [Place]) -> ConfidencePart {
        let searched = places.count { $0.reason == nil }
        return ConfidencePart(
            "places_searched",
            places.isEmpty ? 0 : Double(searched) / Double(places.count),
            basis: "\(searched) of \(places.count) places could be looked into"
        )
    }
}
