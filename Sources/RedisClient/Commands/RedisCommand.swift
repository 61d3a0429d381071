package import NIOCore

/// One command in its wire form: the arguments, encoded as RESP bulk strings into one buffer as they are appended.
///
/// The `*N` header is not part of the buffer, because N is known only at the end; the connection writes it in front
/// when it gathers the commands of a tick. Hence a command can be sent twice without a copy.
/// Wire format: https://redis.io/docs/latest/develop/reference/protocol-spec/#arrays
package struct RedisCommand: Sendable {
    /// The number of arguments so far, the command's own name included.
    package private(set) var argumentCount = 0

    /// What errors and logs call this command: its first word, or the function's name where it calls one.
    package private(set) var name = ""

    /// The encoded arguments, without the header.
    private(set) var body: ByteBuffer

    /// The room a bulk string needs beside its bytes: `$`, at most 19 digits, and two line ends.
    private static let bulkOverhead = 24

    /// Encodes a whole command, for example `RedisCommand("SET", key, value)`.
    package init(_ words: String...) {
        self.init(words: words)
    }

    /// Encodes a whole command from its words.
    package init(words: [String]) {
        var capacity = 0
        for word in words { capacity += word.utf8.count + Self.bulkOverhead }
        self.init(capacity: capacity)
        for word in words { append(word) }
    }

    /// Makes an empty command with room for `capacity` encoded bytes; it grows when that is too little.
    package init(capacity: Int) {
        body = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// Begins `FCALL function numkeys key…`; the function's arguments are appended by the caller.
    ///
    /// The command is called by the function's name in errors, as `FCALL` would say nothing.
    package static func functionCall(_ function: String, keys: [String], capacity: Int) -> RedisCommand {
        var command = RedisCommand(capacity: capacity)
        command.append("FCALL")
        command.append(function)
        command.append(keys.count)
        for key in keys { command.append(key) }
        command.name = function
        return command
    }

    /// Appends a string as UTF-8.
    package mutating func append(_ string: String) {
        if argumentCount == 0 { name = string }
        var string = string
        string.withUTF8 { append(raw: UnsafeRawBufferPointer($0)) }
    }

    /// Appends an integer as decimal text.
    package mutating func append(_ integer: Int) {
        argumentCount += 1
        body.writeBulk(decimal: integer)
    }

    /// Appends a number as the shortest text that reads back as the same value; whole numbers carry no fraction.
    package mutating func append(_ double: Double) {
        if let integer = Int(exactly: double), abs(double) < 0x1p53 {
            append(integer)
        } else {
            append(double.description)
        }
    }

    /// Appends bytes as they are.
    package mutating func append(bytes: some Collection<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ append(raw: UnsafeRawBufferPointer($0)) }) == nil {
            append(raw: Array(bytes))
        }
    }

    /// Appends the readable bytes of a buffer.
    package mutating func append(buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { append(raw: $0) }
    }

    private mutating func append(raw bytes: [UInt8]) {
        bytes.withUnsafeBytes { append(raw: $0) }
    }

    private mutating func append(raw bytes: UnsafeRawBufferPointer) {
        if argumentCount == 0, name.isEmpty { name = String(decoding: bytes, as: UTF8.self) }
        argumentCount += 1
        body.writeBulk(bytes)
    }
}
