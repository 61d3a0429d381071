extension RedisConfiguration {
    /// Reads a URL: `redis://[user[:password]@]host[:port][/database]`, the same with `rediss:` for TLS, or
    /// `unix:[//[user[:password]@]]/path/to.sock[?db=database]`.
    ///
    /// A single word before `@` is the password when it follows a colon (`:secret@`), else the user. User, password
    /// and path are percent-decoded. `rediss:` takes `cacert`, `cert` and `key`, PEM files, as parameters; all take `db`.
    ///
    /// Throws: `invalidURL`, which names the part that is wrong, and never contains the password.
    package init(url: String) throws(RedisError) {
        guard let colon = url.firstIndex(of: ":") else { throw .invalidURL("it has no scheme") }
        let scheme = url[..<colon].lowercased()
        guard ["redis", "rediss", "unix"].contains(scheme) else {
            throw .invalidURL("the scheme is none of redis, rediss and unix")
        }
        let (location, query) = url[url.index(after: colon)...].splitOnce("?")
        guard !location.contains("#"), query?.contains("#") != true else { throw .invalidURL("it has a fragment") }

        var rest = location
        let hasAuthority = rest.hasPrefix("//")
        if hasAuthority { rest = rest.dropFirst(2) }
        guard hasAuthority || scheme == "unix" else { throw .invalidURL("// must follow \(scheme):") }
        var credentials: Substring?
        if hasAuthority, let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }

        if scheme == "unix" {
            self.init(endpoint: .unix(path: try Self.socketPath(rest)))
        } else {
            let (address, path) = rest.splitOnce("/")
            self.init(endpoint: try Self.tcpEndpoint(address))
            if let path, !path.isEmpty { database = try Self.databaseNumber(path) }
        }
        if scheme == "rediss" { tls = TLS() }
        if let credentials { try readCredentials(credentials) }
        if let query { try readParameters(query) }
    }

    private static func socketPath(_ text: Substring) throws(RedisError) -> String {
        let path = try decoded(text, part: "path")
        guard path.hasPrefix("/") else { throw .invalidURL("the socket's path is not absolute") }
        return path
    }

    private static func tcpEndpoint(_ address: Substring) throws(RedisError) -> Endpoint {
        var host = address
        var port: Substring?
        if address.hasPrefix("[") {
            guard let end = address.firstIndex(of: "]") else { throw .invalidURL("the IPv6 address has no ]") }
            host = address[address.index(after: address.startIndex)..<end]
            let rest = address[address.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .invalidURL("only a port may follow ]") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            (host, port) = address.splitOnce(":")
        }
        guard !host.isEmpty else { throw .invalidURL("it has no host") }
        guard let port else { return .tcp(host: String(host), port: 6379) }
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw .invalidURL("the port is not a number from 1 to 65535")
        }
        return .tcp(host: String(host), port: number)
    }

    private static func databaseNumber(_ text: Substring) throws(RedisError) -> Int {
        guard let number = Int(text), number >= 0 else { throw .invalidURL("the database is not a number from 0") }
        return number
    }

    private mutating func readCredentials(_ text: Substring) throws(RedisError) {
        let (name, secret) = text.splitOnce(":")
        let user = try Self.decoded(name, part: "user")
        self.user = user.isEmpty ? nil : user
        if let secret, !secret.isEmpty { password = try Self.decoded(secret, part: "password") }
        guard self.user == nil || password != nil else { throw .invalidURL("the user has no password") }
    }

    private mutating func readParameters(_ query: Substring) throws(RedisError) {
        for pair in query.split(separator: "&") {
            let (name, text) = pair.splitOnce("=")
            let value = try Self.decoded(text ?? "", part: "parameter \(name)")
            switch name {
            case "db": database = try Self.databaseNumber(value[...])
            case "cacert" where tls != nil: tls?.authorityFile = value
            case "cert" where tls != nil: tls?.certificateFile = value
            case "key" where tls != nil: tls?.privateKeyFile = value
            default: throw .invalidURL("the parameter \(name) is unknown")
            }
        }
        if let tls, (tls.certificateFile == nil) != (tls.privateKeyFile == nil) {
            throw .invalidURL("cert and key belong together")
        }
    }

    /// Undoes percent-encoding; `part` names the text in the error, which must not repeat it.
    private static func decoded(_ text: Substring, part: String) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw .invalidURL("the \(part) has a % that is not followed by two hexadecimal digits") }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw .invalidURL("the \(part) is not UTF-8")
        }
        return string
    }
}

extension RedisError {
    fileprivate static func invalidURL(_ reason: String) -> RedisError {
        RedisError(.invalidURL, message: "the Redis URL is wrong: \(reason)")
    }
}

extension Substring {
    /// The text before and after the first `separator`; nil after when there is none.
    fileprivate func splitOnce(_ separator: Character) -> (Substring, Substring?) {
        guard let index = firstIndex(of: separator) else { return (self, nil) }
        return (self[..<index], self[self.index(after: index)...])
    }
}
