extension RedisReply {
    /// The `name:value` lines of an INFO reply; empty for every other kind.
    package var infoFields: [Substring: Substring] {
        let lines = (string ?? "").split(whereSeparator: \.isNewline).map { $0.split(separator: ":", maxSplits: 1) }
        return Dictionary(lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}
