package import FoundationEssentials

/// A parameter of a statement, sent with its type.
package enum PostgresValue: Sendable, Equatable {
    /// NULL; the server infers the type.
    case null
    /// `boolean`.
    case bool(Bool)
    /// `bigint`.
    case int(Int)
    /// `double precision`.
    case double(Double)
    /// `text`.
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `timestamptz`, to the microsecond.
    case timestamp(Date)
    /// `uuid`.
    case uuid(UUID)
    /// `jsonb`, given as JSON text.
    case json(String)
    /// `text[]`; nil stands for a null element.
    case textArray([String?])
    /// `bigint[]`.
    case intArray([Int])

    /// A text, or NULL.
    package init(_ value: String?) { self = value.map(Self.text) ?? .null }

    /// A number, or NULL.
    package init(_ value: Int?) { self = value.map(Self.int) ?? .null }

    /// A number, or NULL.
    package init(_ value: Double?) { self = value.map(Self.double) ?? .null }

    /// A truth value, or NULL.
    package init(_ value: Bool?) { self = value.map(Self.bool) ?? .null }

    /// A point in time, or NULL.
    package init(_ value: Date?) { self = value.map(Self.timestamp) ?? .null }
}

extension PostgresValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .text(value) }
}
