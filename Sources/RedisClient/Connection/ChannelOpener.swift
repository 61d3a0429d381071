import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens channels to one server: TCP, TLS over TCP, or a Unix socket.
///
/// Used on one event loop only.
final class ChannelOpener {
    private let configuration: RedisConfiguration
    /// Made at the first attempt, as reading the certificates is slow, and kept.
    private var tlsContext: NIOSSLContext?

    init(configuration: RedisConfiguration) {
        self.configuration = configuration
    }

    /// Connects, with `makeHandler`'s handler as the last of the pipeline; the future fails if that throws.
    func open(
        on eventLoop: any EventLoop,
        makeHandler: @escaping @Sendable () throws -> RedisChannelHandler
    ) -> EventLoopFuture<any Channel> {
        let context: NIOSSLContext?
        do {
            context = try configuration.tls.map(sslContext)
        } catch {
            return eventLoop.makeFailedFuture(RedisError(.tls, message: "the TLS settings are unusable: \(error)"))
        }
        let serverName = serverName
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: max(configuration.maxPendingBytes / 2, 1),
                    high: max(configuration.maxPendingBytes, 2)
                )
            )
            // A second read in the same tick would almost always find nothing; what is left wakes the loop again.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: serverName))
                    }
                    try pipeline.addHandler(makeHandler())
                }
            }
        switch configuration.endpoint {
        case .unix(let path): return bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port): return withKeepalive(bootstrap).connect(host: host, port: port)
        }
    }

    private func withKeepalive(_ bootstrap: ClientBootstrap) -> ClientBootstrap {
        guard let keepalive = configuration.keepalive else { return bootstrap }
        #if canImport(Darwin)
        let idle = TCP_KEEPALIVE
        #else
        let idle = TCP_KEEPIDLE
        #endif
        return
            bootstrap
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.init(rawValue: idle)), value: Int(keepalive.idle.components.seconds))
            .channelOption(
                .tcpOption(.init(rawValue: TCP_KEEPINTVL)),
                value: Int(keepalive.interval.components.seconds)
            )
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: keepalive.probes)
    }

    private func sslContext(_ tls: RedisConfiguration.TLS) throws -> NIOSSLContext {
        if let tlsContext { return tlsContext }
        var settings = TLSConfiguration.makeClientConfiguration()
        if let file = tls.authorityFile { settings.trustRoots = .file(file) }
        if let file = tls.certificateFile {
            settings.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
        }
        if let file = tls.privateKeyFile {
            settings.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
        }
        let context = try NIOSSLContext(configuration: settings)
        tlsContext = context
        return context
    }

    /// The name for SNI and certificate verification; nil for an address, which SNI does not allow and which is
    /// verified against the certificate's IP entries instead.
    private var serverName: String? {
        guard case .tcp(let host, _) = configuration.endpoint else { return nil }
        do {
            _ = try SocketAddress(ipAddress: host, port: 0)
            return nil
        } catch {
            return host
        }
    }
}
