import RedisClient

/// Remembers the policy line read last: jobs that follow each other mostly differ in the time of their enqueue alone.
struct PolicyLineCache {
    private var constantPart: [UInt8] = []
    private var last: PolicyLine?

    /// Reads a record's line; `nil` when it is none.
    mutating func line(_ reply: RedisReply) -> PolicyLine? {
        let known = reply.withBytes { bytes -> PolicyLine? in
            guard var line = last, bytes.count > constantPart.count, bytes.starts(with: constantPart) else {
                return nil
            }
            var milliseconds = 0
            for byte in bytes[constantPart.count...] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), milliseconds < 1 << 53 else { return nil }
                milliseconds = milliseconds * 10 + Int(byte - UInt8(ascii: "0"))
            }
            line.createdMilliseconds = milliseconds
            return line
        }
        if let known, let known { return known }
        guard let text = reply.string, let line = PolicyLine(text) else { return nil }
        if line.createdMilliseconds != nil, let end = text.utf8.lastIndex(of: UInt8(ascii: " ")) {
            constantPart = Array(text.utf8[...end])
            last = line
        }
        return line
    }
}
