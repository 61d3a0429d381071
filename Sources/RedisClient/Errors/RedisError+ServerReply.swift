extension RedisError {
    /// Reads an error reply, such as `NOGROUP No such key 'jobs' or consumer group 'workers'`.
    ///
    /// The prefixes are those of redis 7.0's `server.c`, `cluster.c`, `t_stream.c` and `function.c`.
    init(serverReply text: String, command: String) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let prefix = words.first.map(String.init) ?? ""
        let rest = words.count > 1 ? words[1] : ""
        self.init(
            Self.code(prefix: prefix, rest: rest),
            command: command,
            serverPrefix: prefix,
            message: Self.withoutArguments(rest),
            redirection: Self.redirection(prefix: prefix, rest: rest)
        )
    }

    private static let codesByPrefix: [String: Code] = [
        "NOGROUP": .noGroup, "UNBLOCKED": .unblocked, "READONLY": .readOnly, "LOADING": .loading,
        "MASTERDOWN": .masterDown, "NOAUTH": .noAuth, "WRONGPASS": .noAuth, "NOPERM": .noPermission,
        "OOM": .outOfMemory, "MISCONF": .persistenceFailing, "MOVED": .moved, "ASK": .ask, "TRYAGAIN": .tryAgain,
        "CLUSTERDOWN": .clusterDown, "CROSSSLOT": .crossSlot, "NOREPLICAS": .noReplicas, "NOSCRIPT": .noScript,
        "BUSY": .busy, "WRONGTYPE": .wrongType,
    ]

    /// Errors of the catch-all `ERR` class that only their text tells apart.
    private static let codesByText: [(start: String, code: Code)] = [
        ("Function not found", .functionNotFound), ("max number of clients", .tooManyClients),
        ("AUTH ", .noAuth), ("Client sent AUTH", .noAuth),
    ]

    private static func code(prefix: String, rest: Substring) -> Code {
        if let code = codesByPrefix[prefix] { return code }
        guard prefix == "ERR" else { return .server }
        return codesByText.first { rest.hasPrefix($0.start) }?.code ?? .server
    }

    private static func redirection(prefix: String, rest: Substring) -> Redirection? {
        guard prefix == "MOVED" || prefix == "ASK" else { return nil }
        let words = rest.split(separator: " ")
        guard words.count >= 2, let slot = Int(words[0]) else { return nil }
        return Redirection(slot: slot, address: String(words[1]))
    }

    /// Cuts what the server repeats of the command's arguments, and keeps the text short enough for a log line.
    private static func withoutArguments(_ text: Substring) -> String {
        let marker = ", with args beginning with:"
        let end = text.indices.first { text[$0] == "," && text[$0...].hasPrefix(marker) } ?? text.endIndex
        return String(text[..<end].prefix(512))
    }
}
