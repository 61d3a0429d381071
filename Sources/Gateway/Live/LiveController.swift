import Hummingbird
import JobModel

/// `GET /ws`, where it has not become a WebSocket: says why.
struct LiveController: Sendable {
    let doorman: LiveDoorman

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                LiveDoorman.path,
                .events,
                "Listen to what changes, by WebSocket",
                details: """
                    Sends a `LiveMessage` at once and then on every change, at most ten a second, at least one a second. \
                    Text frames only; what a client sends is passed over, and its frames may have \
                    \(UpgradableChannel.maximumFrameBytes) bytes. A client that does not read is disconnected (1008); at \
                    the server's end connections close with 1001. The WebSocket is opened by the first request of a \
                    connection.
                    """,
                parameters: [.query("operation_id", "Only what concerns this operation.")],
                answers: [
                    Endpoint.Answer(
                        status: 101,
                        summary: "The connection is a WebSocket; each message is a `LiveMessage`.",
                        forms: [("application/json", LiveMessage.shape, LiveMessage.example)]
                    )
                ],
                problems: [.notFound, .crossOrigin, .upgradeRequired, .badRequest],
                handler: refuse
            )
        ]
    }

    /// A handshake that is in order gets here only when its connection was used before.
    @Sendable private func refuse(_ request: Request, context: GatewayContext) async throws -> Response {
        try await doorman.check(request)
        throw Problem.upgradeRequired
    }
}
