/// A data type of the server by its object id (catalog pg_type).
package struct PostgresType: Sendable, Hashable, CustomStringConvertible {
    /// The object id.
    package let oid: UInt32

    init(oid: UInt32) {
        self.oid = oid
    }

    static let unspecified = Self(oid: 0)
    static let bool = Self(oid: 16)
    static let bytea = Self(oid: 17)
    static let int8 = Self(oid: 20)
    static let int2 = Self(oid: 21)
    static let int4 = Self(oid: 23)
    static let text = Self(oid: 25)
    static let oidType = Self(oid: 26)
    static let float4 = Self(oid: 700)
    static let float8 = Self(oid: 701)
    static let textArray = Self(oid: 1009)
    static let int8Array = Self(oid: 1016)
    static let date = Self(oid: 1082)
    static let timestamp = Self(oid: 1114)
    static let timestamptz = Self(oid: 1184)
    static let numeric = Self(oid: 1700)
    static let uuid = Self(oid: 2950)
    static let jsonb = Self(oid: 3802)

    /// Whether values are whole numbers or can be.
    var isNumber: Bool {
        [.int2, .int4, .int8, .oidType, .numeric, .float4, .float8].contains(self)
    }

    /// Whether values are arrays of text, varchar, bpchar or name.
    var isTextArray: Bool { [1009, 1015, 1014, 1003].contains(oid) }

    /// Whether values are arrays of bigint, integer or smallint.
    var isIntegerArray: Bool { [1016, 1007, 1005].contains(oid) }

    /// The type's SQL name, or its object id.
    package var description: String {
        Self.names[self] ?? "type \(oid)"
    }

    private static let names: [Self: String] = [
        .bool: "boolean", .bytea: "bytea", .int8: "bigint", .int2: "smallint", .int4: "integer", .text: "text",
        .oidType: "oid", .float4: "real", .float8: "double precision", .textArray: "text[]", .int8Array: "bigint[]",
        .date: "date", .timestamp: "timestamp", .timestamptz: "timestamptz", .numeric: "numeric", .uuid: "uuid",
        .jsonb: "jsonb", Self(oid: 114): "json", Self(oid: 1042): "character", Self(oid: 1043): "character varying",
        Self(oid: 19): "name", Self(oid: 1007): "integer[]", Self(oid: 2278): "void",
    ]
}
