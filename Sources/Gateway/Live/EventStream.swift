import Hummingbird
import JobModel
import JobQueue
import Logging
import NIOCore
import ServiceLifecycle

/// Events as Server-Sent Events, as they come.
///
/// https://html.spec.whatwg.org/multipage/server-sent-events.html
///
/// The hub only says when to look: what is sent is read from Redis after the place of the event that was sent last, so
/// that a stream that was broken goes on without a gap. Back-pressure holds the reading while the client does not take
/// what it was sent, and a client that takes nothing for too long is disconnected.
struct EventStream: Sendable {
    /// An event, and where a stream goes on after it.
    struct Item: Sendable {
        let cursor: String
        let event: JobEvent
    }

    /// Tells that something may have changed.
    let changes: @Sendable () -> AsyncStream<JobEvent>
    /// The next events after a place, oldest first; `nil` is the beginning.
    let read: @Sendable (String?) async throws -> [Item]
    /// Whether nothing comes after what can be read now.
    let isOver: @Sendable () async throws -> Bool
    let heartbeat: Duration
    let writeLimit: Duration

    /// What a client waits for before it connects again.
    private static let retryMilliseconds = 2000

    /// The answer that sends the events after a place.
    func response(after cursor: String?, channel: any Channel, logger: Logger) -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        // nginx would collect the events otherwise.
        headers[named: "X-Accel-Buffering"] = "no"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                try await send(after: cursor, to: &writer, channel, logger)
                try await writer.finish(nil)
            }
        )
    }

    @concurrent private func send(
        after cursor: String?,
        to writer: inout any ResponseBodyWriter,
        _ channel: any Channel,
        _ logger: Logger
    ) async throws {
        try await write("retry: \(Self.retryMilliseconds)\n\n", to: &writer, channel)
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let changes = changes()
        let pause = heartbeat / 3
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { signal.yield() } }
            group.addTask {
                // An event can be missed while Redis restarts; a look now and then cannot.
                while !Task.isCancelled {
                    signal.yield()
                    try await Task.sleep(for: pause)
                }
            }
            group.addTask {
                try await gracefulShutdown()
                signal.finish()
            }
            defer { group.cancelAll() }
            var last = cursor
            var writtenAt = ContinuousClock.now
            for await _ in signals {
                var end = false
                do {
                    // Asked before the events are read: what ends it is then among them.
                    end = try await isOver()
                    while true {
                        let items = try await read(last)
                        guard let newest = items.last else { break }
                        try await write(Self.text(items), to: &writer, channel)
                        last = newest.cursor
                        writtenAt = .now
                    }
                } catch let error as JobQueueError {
                    logger.debug("a stream's events could not be read", metadata: ["error": "\(error)"])
                    end = false
                }
                if end { break }
                // The looks are not exact: one that comes a little early counts.
                if ContinuousClock.now - writtenAt >= heartbeat - pause / 2 {
                    try await write(":\n\n", to: &writer, channel)
                    writtenAt = .now
                }
            }
        }
    }

    @concurrent private func write(
        _ text: String,
        to writer: inout any ResponseBodyWriter,
        _ channel: any Channel
    ) async throws {
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(writeLimit)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }

    private static func text(_ items: [Item]) throws -> String {
        var text = ""
        for item in items {
            let data = String(decoding: try JSONCoding.encode(EventReport(item.event)), as: UTF8.self)
            text += "id: \(item.cursor)\ndata: \(data)\n\n"
        }
        return text
    }
}
