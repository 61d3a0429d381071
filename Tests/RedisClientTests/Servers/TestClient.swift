import Logging
import NIOPosix
import PrivateServers
import Synchronization
import TestSupport

@testable import RedisClient

/// Runs `body` with a client, and closes it.
func withClient<R>(
    _ configuration: RedisConfiguration,
    logger: Logger = Logger(label: "redis-client-tests") { _ in SwiftLogNoOpLogHandler() },
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    let client = RedisClient(configuration: configuration, logger: logger)
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// Runs `body` with a client of the test's own redis-server.
func withClient<R>(
    _ change: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    try await withClient(serverConfiguration(change), body)
}

/// The configuration of a client of the test's own redis-server.
func serverConfiguration(_ change: (inout RedisConfiguration) -> Void = { _ in }) throws -> RedisConfiguration {
    var configuration = try RedisConfiguration(url: try RedisServerTrait.server.url)
    // The tests' own timeouts are set where they are meant to pass; a busy machine must not reach these.
    configuration.connectTimeout = .seconds(60)
    configuration.commandTimeout = .seconds(60)
    change(&configuration)
    return configuration
}

/// Sends a command that must fail, and returns its error; nil, which no expectation accepts, if it succeeded.
func failure(_ client: RedisClient, _ words: String..., timeout: Duration? = nil) async -> RedisError? {
    do {
        _ = try await client.send(RedisCommand(words: words), timeout: timeout)
        return nil
    } catch {
        return error
    }
}

extension Result {
    var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }

    var value: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}

/// A logger whose messages a test can wait for.
struct SignallingLogHandler: LogHandler {
    let sink: AsyncStream<String>.Continuation
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    /// A logger and the stream of its messages.
    static func make() -> (Logger, AsyncStream<String>) {
        let (messages, sink) = AsyncStream.makeStream(of: String.self)
        return (Logger(label: "redis-client-tests") { _ in SignallingLogHandler(sink: sink) }, messages)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        sink.yield(event.message.description)
    }
}
