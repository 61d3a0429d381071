import Hummingbird
import JobModel
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Orchestrator

/// Decides who may listen on `/ws`, before the connection becomes a WebSocket.
struct LiveDoorman: Sendable {
    let operations: Operations
    let feed: LiveFeed
    /// How much may wait for a client that does not read, in bytes.
    let backlogBytes: Int

    /// The path of the WebSocket.
    static let path = "/ws"
    /// How many may listen on one process.
    static let maximumListeners = 20_000

    /// Whether a request that asks for an upgrade is for the WebSocket at all.
    func concerns(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET && head.uri.prefix { $0 != "?" } == Self.path
    }

    /// Whether a first request of a connection may make it a WebSocket.
    ///
    /// Where it may not, the request goes on to the route of the same path, which answers why.
    func lets(_ head: HTTPRequestHead) async -> Bool {
        do {
            try await check(try Self.request(head))
            return true
        } catch {
            return false
        }
    }

    /// Adds a listener to a connection that has become a WebSocket.
    func admit(_ channel: any Channel, _ head: HTTPRequestHead) throws {
        let scope = try Self.scope(of: Self.request(head))
        // The messages are small, so that little room is enough for a client that reads, and a client that does not
        // is known soon and costs little.
        let sync = channel.syncOptions
        try sync?.setOption(.writeBufferWaterMark, value: .init(low: backlogBytes / 2, high: backlogBytes))
        try sync?.setOption(.socketOption(.so_sndbuf), value: .init(backlogBytes))
        try channel.pipeline.syncOperations.addHandler(LiveListener(feed: feed, scope: scope))
    }

    /// - Throws: the ``Problem`` with which a request that may not listen is answered; errors of Redis.
    func check(_ request: Request) async throws {
        guard request.isFromHere else {
            throw Problem(.crossOrigin, "pages of other sites may not listen here")
        }
        guard feed.count < Self.maximumListeners else {
            throw Problem.unavailable("too many listen on this process; ask another, or later")
        }
        if case .operation(let id) = try Self.scope(of: request), try await operations.record(id) == nil {
            throw Problem.notFound("operation", id.rawValue)
        }
        // A request that was refused for another reason has lost its Upgrade header on the way to the route.
        guard Self.list(request, "Upgrade").contains("websocket"),
            Self.list(request, "Connection").contains("upgrade"),
            request.headers[named: "Sec-WebSocket-Version"] == "13"
        else { throw Problem.upgradeRequired }
        guard let key = request.headers[named: "Sec-WebSocket-Key"], Self.isKey(key) else {
            throw Problem(.badRequest, "Sec-WebSocket-Key must be 16 bytes in base 64")
        }
    }

    private static func request(_ head: HTTPRequestHead) throws -> Request {
        let request = try HTTPRequest(head, secure: false, splitCookie: false)
        return Request(head: request, body: RequestBody(buffer: ByteBuffer()))
    }

    private static func scope(of request: Request) throws(Problem) -> LiveScope {
        guard let text = QueryReader(request).text("operation_id") else { return .all }
        guard let id = JobID(rawValue: text) else { throw .notFound("operation", text) }
        return .operation(id)
    }

    private static func list(_ request: Request, _ name: String) -> [String] {
        (request.headers[named: name] ?? "").split(separator: ",").map { word in
            word.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
    }

    /// 16 bytes in base 64 are 22 digits and `==`.
    private static func isKey(_ text: String) -> Bool {
        text.utf8.count == 24 && text.hasSuffix("==")
            && text.dropLast(2).utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}
