/// Where a server is and how to talk to it.
package struct RedisConfiguration: Sendable, Equatable {
    /// The address of a server.
    package enum Endpoint: Sendable, Equatable {
        /// A TCP port; the host is a name or an address, an IPv6 one without brackets.
        case tcp(host: String, port: Int)
        /// A Unix domain socket.
        case unix(path: String)
    }

    /// How the server is to be trusted, and the client known, over TLS.
    package struct TLS: Sendable, Equatable {
        /// A PEM file of the authorities to trust; nil means those of the system.
        package var authorityFile: String?
        /// A PEM file of the client's own certificate chain.
        package var certificateFile: String?
        /// The PEM file of that certificate's private key.
        package var privateKeyFile: String?

        /// Trusts the system's authorities and shows no certificate unless told otherwise.
        package init(
            authorityFile: String? = nil,
            certificateFile: String? = nil,
            privateKeyFile: String? = nil
        ) {
            self.authorityFile = authorityFile
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
        }
    }

    /// TCP keepalive, which finds a peer that vanished while a connection is idle.
    package struct Keepalive: Sendable, Equatable {
        /// Silence before the first probe; whole seconds.
        package var idle: Duration = .seconds(15)
        /// The time between probes; whole seconds.
        package var interval: Duration = .seconds(5)
        /// Unanswered probes after which the connection is given up.
        package var probes = 3
    }

    /// The address.
    package var endpoint: Endpoint
    /// The ACL user; nil means `default`.
    package var user: String?
    /// The password; nil sends no AUTH.
    package var password: String?
    /// The database chosen after connecting.
    package var database = 0
    /// TLS settings; nil speaks in the clear.
    package var tls: TLS?
    /// The name shown in CLIENT LIST; letters, digits and punctuation without spaces.
    package var clientName: String?

    /// The time for one attempt to connect, TLS and login included, and the longest that an unwritten command waits
    /// for a connection: a restart of the server that is shorter than this costs no command.
    package var connectTimeout: Duration = .seconds(5)
    /// The time from writing a command to its reply, unless the call says otherwise.
    package var commandTimeout: Duration = .seconds(5)
    /// TCP keepalive; nil leaves it off.
    package var keepalive: Keepalive? = Keepalive()
    /// The pauses between attempts to connect.
    package var backoff = Backoff()
    /// How many bytes may wait in the socket's buffer before further commands stay in the client's queue.
    package var maxPendingBytes = 1 << 20
    /// How many commands may be written and unanswered before further ones stay in the client's queue.
    package var maxPendingCommands = 16_384

    /// Describes a server at an endpoint, with the defaults for everything else.
    package init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The address and database, as a URL without credentials.
    package var description: String {
        switch endpoint {
        case .unix(let path): "unix:\(path)?db=\(database)"
        case .tcp(let host, let port):
            "\(tls == nil ? "redis" : "rediss")://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        }
    }
}
