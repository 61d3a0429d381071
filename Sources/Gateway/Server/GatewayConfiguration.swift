/// Where a server listens and what it lets one request cost.
package struct GatewayConfiguration: Sendable {
    /// The address to listen on; without keys only one of loopback: `127.0.0.0/8`, `::1`, `localhost`.
    package var host: String
    /// The TCP port; 0 takes a free one.
    package var port: Int
    /// How large a request's body may be, in bytes.
    package var maximumBodyBytes: Int
    /// How long a call waits for its operation where it does not say.
    package var defaultWait: Duration
    /// The longest that a call may ask to wait.
    package var maximumWait: Duration
    /// How long a connection may stay without a request, or with half of one.
    package var idleTimeout: Duration
    /// How long `GET /health` waits for Redis.
    package var healthTimeout: Duration
    /// How long a stream of events is silent before a comment is sent in it.
    package var streamHeartbeat: Duration
    /// How long a reader of a stream of events may leave what it was sent, before it is disconnected.
    package var streamWriteLimit: Duration
    /// How much may wait for a listener of `/ws` that does not read, in bytes, before it is disconnected.
    package var liveBacklogBytes: Int

    /// Loopback, bodies of a payload of 1 MiB and 64 KiB around it, 25 s of waiting and at most 60, 75 s of idleness,
    /// 2 s for a health check, 256 KiB for a slow listener, a comment
    /// each 15 s in a stream of events, 30 s for its reader.
    package init(
        host: String = "127.0.0.1",
        port: Int = 8000,
        maximumBodyBytes: Int = Self.maximumBodyBytes(payload: 1 << 20),
        defaultWait: Duration = .seconds(25),
        maximumWait: Duration = .seconds(60),
        idleTimeout: Duration = .seconds(75),
        healthTimeout: Duration = .seconds(2),
        streamHeartbeat: Duration = .seconds(15),
        streamWriteLimit: Duration = .seconds(30),
        liveBacklogBytes: Int = 256 << 10
    ) {
        self.host = host
        self.port = port
        self.maximumBodyBytes = maximumBodyBytes
        self.defaultWait = defaultWait
        self.maximumWait = maximumWait
        self.idleTimeout = idleTimeout
        self.healthTimeout = healthTimeout
        self.streamHeartbeat = streamHeartbeat
        self.streamWriteLimit = streamWriteLimit
        self.liveBacklogBytes = liveBacklogBytes
    }

    /// The cap on a body for a queue's payload limit: the payload, and 64 KiB for what stands around it.
    package static func maximumBodyBytes(payload: Int) -> Int { payload + (64 << 10) }

    /// The address as it is bound.
    ///
    /// `localhost` is bound as `127.0.0.1`, so that no entry of a hosts file opens it to others.
    ///
    /// - Throws: ``GatewayError`` for an address that others reach, or a value out of range.
    func boundHost() throws(GatewayError) -> String {
        guard (0...65_535).contains(port) else {
            throw GatewayError(.invalidConfiguration, "must be from 0 to 65535", field: "port")
        }
        guard maximumBodyBytes >= 1024 else {
            throw GatewayError(.invalidConfiguration, "must be at least 1024", field: "maximumBodyBytes")
        }
        guard (4096...(64 << 20)).contains(liveBacklogBytes) else {
            throw GatewayError(.invalidConfiguration, "must be from 4096 to 64 MiB", field: "liveBacklogBytes")
        }
        guard defaultWait >= .zero, maximumWait >= defaultWait else {
            throw GatewayError(.invalidConfiguration, "must not be less than the default wait", field: "maximumWait")
        }
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if name.lowercased() == "localhost" { return "127.0.0.1" }
        guard Self.isLoopback(name) else {
            throw GatewayError(
                .addressNotLoopback,
                """
                refusing to listen on \(host): no API keys are configured, so whoever reaches that address could run \
                jobs and decide reviews; listen on 127.0.0.1, ::1 or localhost
                """,
                field: "host"
            )
        }
        return name
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0).map(String.init) == String($0) }
    }
}
