import CLibpq
import FoundationEssentials

/// A parameter as libpq sends it: its type, its bytes, and whether they are text or binary.
struct EncodedParameter {
    let type: PostgresType
    let bytes: [UInt8]?
    let isBinary: Bool

    /// Encodes a value.
    init(_ value: PostgresValue) {
        switch value {
        case .null: self.init(.unspecified, nil)
        case .bool(let value): self.init(.bool, [value ? 1 : 0])
        case .int(let value): self.init(.int8, Self.bigEndian(Int64(value)))
        case .double(let value): self.init(.float8, Self.bigEndian(value.bitPattern))
        case .text(let value): self.init(.text, Array(value.utf8))
        case .bytes(let value): self.init(.bytea, value)
        case .timestamp(let value): self.init(.timestamptz, Self.bigEndian(PostgresTimestamp.microseconds(value)))
        case .uuid(let value): self.init(.uuid, withUnsafeBytes(of: value.uuid) { Array($0) })
        case .json(let value): self.init(.jsonb, [1] + Array(value.utf8))
        case .textArray(let value): self.init(text: .textArray, PostgresArrayText.encode(value))
        case .intArray(let value): self.init(text: .int8Array, "{\(value.map(String.init).joined(separator: ","))}")
        }
    }

    private init(_ type: PostgresType, _ bytes: [UInt8]?) {
        self.type = type
        self.bytes = bytes
        isBinary = true
    }

    private init(text type: PostgresType, _ text: String) {
        self.type = type
        bytes = Array(text.utf8) + [0]
        isBinary = false
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

extension [EncodedParameter] {
    /// Lends the parallel arrays that PQsendQueryParams takes.
    func withPointers<R>(
        _ body: ([Oid], [UnsafePointer<CChar>?], [Int32], [Int32]) -> R
    ) -> R {
        // One block for all the bytes; a byte at its end keeps the address of an empty value from being null's.
        let block = UnsafeMutableRawPointer.allocate(byteCount: reduce(1) { $0 + ($1.bytes?.count ?? 0) }, alignment: 8)
        defer { block.deallocate() }
        var offset = 0
        let values = map { parameter -> UnsafePointer<CChar>? in
            guard let bytes = parameter.bytes else { return nil }
            let start = block + offset
            bytes.withUnsafeBytes {
                start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count)
            }
            offset += bytes.count
            return UnsafePointer(start.assumingMemoryBound(to: CChar.self))
        }
        return body(map(\.type.oid), values, map { Int32($0.bytes?.count ?? 0) }, map { $0.isBinary ? 1 : 0 })
    }
}
