import Hummingbird
import Logging
import NIOCore

/// What a handler knows beside its request: the path's parameters, a logger, and the request's id.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection that the request came on.
    let channel: any Channel
    /// Names the request in the log and in the answer.
    let requestID: String

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
        // Not Hummingbird's own id: that is read from the logger, and a log handler may keep no metadata.
        requestID = String(RequestID().description)
        logger[metadataKey: "request.id"] = "\(requestID)"
    }
}
