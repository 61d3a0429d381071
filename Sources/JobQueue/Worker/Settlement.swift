import RedisClient

/// What is to be recorded of one delivery.
struct Settlement: Sendable {
    enum Verdict: Sendable {
        case completed(EncodedOutcome)
        case failed(JobFailure, random: Double)
        case released
        case cancelled
    }

    let id: JobID
    let fence: Int
    let verdict: Verdict
    /// Whether an earlier try may have arrived, so that "stale" may mean "recorded by that try".
    var isRepeat = false

    var byteCount: Int {
        if case .completed(let outcome) = verdict { outcome.result.count + outcome.parts.count + 128 } else { 512 }
    }

    func append(to command: inout RedisCommand) {
        command.append(id.rawValue)
        command.append(fence)
        switch verdict {
        case .completed(let outcome):
            command.append("completed")
            command.append(outcome.confidence)
            command.append(bytes: outcome.result)
            command.append(bytes: outcome.parts)
            command.append(outcome.review?.rawValue ?? "")
        case .failed(let failure, let random):
            command.append("failed")
            command.append(bytes: Self.line(failure))
            command.append(failure.isRetryable ? "1" : "0")
            command.append(random)
            command.append(failure.retryAfterMilliseconds.map(String.init) ?? "")
        case .released, .cancelled:
            if case .released = verdict { command.append("released") } else { command.append("cancelled") }
            for _ in 0..<4 { command.append("") }
        }
    }

    /// One line of JSON of bounded length; a message that cannot be encoded does not lose the failure itself.
    private static func line(_ failure: JobFailure) -> [UInt8] {
        var failure = failure
        failure.message = String(failure.message.prefix(2000))
        do {
            return Array(try JSONCoding.encode(failure))
        } catch {
            return Array(#"{"code":"unreadable","isRetryable":true,"message":"the error could not be encoded"}"#.utf8)
        }
    }
}
