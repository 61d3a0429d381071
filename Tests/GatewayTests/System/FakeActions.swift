import JobModel
import JobQueue
import Synchronization

/// Answers its text, with the confidence that it is told.
struct Echo: Action {
    static let name = "echo"
    static let summary = "Answers its text."
    static let parameterSchema = JSONSchema.object([
        .required("text", .string("What to answer.", maxLength: 100_000)),
        .optional("percent", .integer("The confidence to answer with.", minimum: 0, maximum: 100)),
    ])
    static let resultSchema = JSONSchema.object([.required("text", .string())])

    struct Parameters: Decodable {
        var text: String
        var percent: Int?
    }

    struct Result: Encodable {
        var text: String
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let share = Double(parameters.percent ?? 100) / 100
        let part = ConfidencePart("told", share, basis: "\(parameters.percent ?? 100) of 100")
        return .measured(Result(text: parameters.text), parts: [part])
    }
}

/// Fails for good.
struct Failing: Action {
    static let name = "fail"

    struct Parameters: Decodable {
        var message: String?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Bool> {
        throw JobFailure("told_to_fail", parameters.message ?? "as asked", field: "message")
    }
}

/// Returns when the gate opens, or at once when it is not asked to hold.
struct Hold: Action {
    static let name = "hold"
    let gate: Gate

    struct Parameters: Decodable {
        var hold: String?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<[String: Bool]> {
        if parameters.hold == "hold" {
            context.report(done: 1, total: 2, unit: "gates")
            try await gate.wait()
        }
        return .completed(["held": true], confidence: 1)
    }
}

/// Holds actions until a test lets them go.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [Int: AsyncStream<Void>.Continuation], next: Int)>(
        (false, [:], 0)
    )

    /// Lets all go, now and later.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Returns when the gate is open.
    func wait() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOpen = state.withLock { state in
            state.next += 1
            if !state.isOpen { state.waiting[state.next] = continuation }
            return state.isOpen
        }
        if isOpen { return }
        for await _ in stream {}
        try Task.checkCancellation()
    }
}
