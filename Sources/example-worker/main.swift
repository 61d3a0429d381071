import JobQueue
import Logging
import ServiceLifecycle
import UnixSignals

struct Greet: Action {
    static let name = "greet"
    struct Parameters: Decodable { var name: String }
    struct Result: Encodable { var greeting: String }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let name = parameters.name
        guard !name.isEmpty else { throw JobFailure("empty_name", "give a name", field: "name") }
        // A result below the job's confidence threshold (0.7) is not accepted: it waits for a person.
        return .completed(Result(greeting: "Hello, \(name)!"), confidence: name.count < 2 ? 0.5 : 1)
    }
}

let logger = Logger(label: "greetings")
let redis = CommandLine.arguments.dropFirst().first ?? "redis://127.0.0.1:6379"
let queue = try JobQueue(configuration: JobQueueConfiguration(redisURL: redis), logger: logger)
let worker = Worker(
    configuration: WorkerConfiguration(queue: "greetings"),
    actions: [Greet()],
    on: queue,
    logger: logger
)
try await ServiceGroup(services: [worker], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
