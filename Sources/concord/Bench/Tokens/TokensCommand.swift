import ArgumentParser
import Foundation
import JobModel
import JobQueue
import LanguageModel
import Logging
import Orchestrator
import PostgresClient
import PrivateServers
import Workers

/// `concord bench tokens`: what each type of operation costs a language model, in three designs.
struct TokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Count what each type of operation costs a language model, beside a loop that re-sends its history.",
        discussion: """
            Runs the plan of each type on the built-in sample and a private PostgreSQL, and counts the prompts and replies of \
            three designs on the same results: a ReAct loop, one plan and one answer over raw results, and the same over compressed \
            ones. No language model is asked. Counted by the tokenizer of tokenizer.ranks, else by the labelled estimator.

            Example: TOKENIZER_RANKS=cl100k_base.tiktoken concord bench tokens --json
            """
    )

    /// How far below the loop an operation must be.
    static let target = 0.79

    @OptionGroup var options: SettingsOptions

    /// Whose flag of that name takes `--json`, wherever it stands.
    @ParentCommand var bench: BenchCommand

    @Flag(help: "Answer with one JSON document on one line.")
    var json = false

    func run() async throws {
        let settings = try options.settings()
        let counter = try TokenCounter(ranks: settings.tokenizerRanks)
        let templates = try Deployment(command: settings).templates()
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-tokens-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let redis = try await PrivateRedis.start()
        let rows: [TokenBenchRow]
        do {
            let server = try await PrivatePostgres.start(folder: "\(folder)/postgres")
            do {
                rows = try await measure(templates, counter, folder, redis.url, server.url, settings.tokenBudget)
            } catch {
                await server.terminate()
                throw error
            }
            await server.terminate()
        } catch {
            await redis.terminate()
            throw error
        }
        await redis.terminate()
        try FileManager.default.removeItem(atPath: folder)
        try show(rows, counter, budget: settings.tokenBudget)
    }

    /// Runs every type on the servers, and counts.
    private func measure(
        _ templates: PlanTemplates,
        _ counter: TokenCounter,
        _ folder: String,
        _ redisURL: String,
        _ databaseURL: String,
        _ budget: Int
    ) async throws -> [TokenBenchRow] {
        var logger = Logger(label: "bench-tokens")
        logger.logLevel = .critical
        let client = PostgresClient(configuration: try PostgresConfiguration(url: databaseURL), logger: logger)
        let queue = try JobQueue(configuration: JobQueueConfiguration(redisURL: redisURL), logger: logger)
        let environment = WorkerEnvironment(
            postgres: client,
            workFolder: "\(folder)/work",
            queue: queue,
            logger: logger
        )
        do {
            try FileManager.default.createDirectory(atPath: environment.workFolder, withIntermediateDirectories: true)
            try await environment.prepare()
            let rows = try await measure(templates, environment, counter, budget: budget)
            await client.close()
            await queue.close()
            return rows
        } catch {
            await client.close()
            await queue.close()
            throw error
        }
    }

    private func measure(
        _ templates: PlanTemplates,
        _ environment: WorkerEnvironment,
        _ counter: TokenCounter,
        budget: Int
    ) async throws -> [TokenBenchRow] {
        let catalog = ActionCatalog(WorkerCatalog.described)
        var rows: [TokenBenchRow] = []
        for type in templates.operationTypes where templates[type] != nil {
            let scenario = TokenScenario(operationType: type, summary: templates[type]?.description)
            var run = EvidenceRun(environment: environment)
            try await run.run(try templates.plan(for: scenario.request), named: type)
            guard !run.steps.isEmpty else {
                rows.append(TokenBenchRow(operationType: type, notes: run.notes))
                continue
            }
            let comparison = try PromptComparison(
                goal: scenario.goal,
                steps: run.steps,
                catalog: catalog,
                counter: counter,
                budget: budget
            )
            rows.append(TokenBenchRow(operationType: type, notes: run.notes, comparison))
        }
        return rows
    }

    private func show(_ rows: [TokenBenchRow], _ counter: TokenCounter, budget: Int) throws {
        guard !json, !bench.json else {
            let document: JSONValue = [
                "counted_by": .string(counter.source.rawValue), "tokenizer": .string(counter.name),
                "budget": .integer(budget), "target_below_loop": .number(Self.target),
                "operations": try JSONValue(encoding: rows), "ladder": try JSONValue(encoding: ladder(counter)),
            ]
            print(try document.encoded)
            return
        }
        var table = TextTable(TokenBenchRow.heading, rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        for row in rows { table.append(row.cells(target: Self.target, budget: budget)) }
        print(
            "tokens an operation, counted by \(counter.source.rawValue) (\(counter.name)); results of the built-in sample"
        )
        for line in table.lines(.standardOutput) { print(line) }
        print(
            "targets, for the plan by template: under \(budget) tokens, and at least 79% below the loop with pretty JSON"
        )
        for row in rows { for note in row.notes { print("\(row.operationType): \(note)") } }
        print("\nthe ladder on 200 synthetic validation errors")
        var steps = TextTable(["form", "tokens", "below pretty", "below compact"], rightAligned: [1, 2, 3])
        for step in ladder(counter) {
            steps.append([
                step.form, String(step.tokens), TokenBenchRow.percent(step.belowPretty),
                TokenBenchRow.percent(step.belowCompact),
            ])
        }
        for line in steps.lines(.standardOutput) { print(line) }
    }

    /// One form of the document that the ladder is shown on.
    private struct LadderStep: Codable {
        var form: String
        var tokens: Int
        var belowPretty: Double
        var belowCompact: Double

        enum CodingKeys: String, CodingKey {
            case form, tokens
            case belowPretty = "below_pretty"
            case belowCompact = "below_compact"
        }
    }

    private func ladder(_ counter: TokenCounter) -> [LadderStep] {
        let compressor = EvidenceCompressor(counter: counter)
        let evidence = EvidenceCompressor.Evidence(name: "E1", document: TokenScenario.errors, origin: "step E1")
        let pretty = compressor.prettyTokens(of: evidence.document)
        let forms = compressor.ladder(of: evidence)
        let compact = forms[0].tokens.tokens
        return [LadderStep(form: "pretty JSON", tokens: pretty, belowPretty: 0, belowCompact: below(pretty, compact))]
            + forms.map { form in
                let tokens = form.tokens.tokens
                return LadderStep(
                    form: form.level == .full ? "full (compact JSON)" : form.level.rawValue,
                    tokens: tokens,
                    belowPretty: below(tokens, pretty),
                    belowCompact: below(tokens, compact)
                )
            }
    }

    private func below(_ tokens: Int, _ baseline: Int) -> Double { 1 - Double(tokens) / Double(max(1, baseline)) }
}
