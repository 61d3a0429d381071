import Crypto
import JobModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the audit log keeps of the detail of a change.
///
/// Values and parameters can hold personal data, which a log that is never erased must not collect: they are kept as
/// their size and SHA-256, by which one that is found elsewhere can be recognised. A reviewer's words are kept.
enum AuditDetail {
    private static let hashed: Set<String> = ["value", "parameters"]

    /// The detail to keep.
    static func kept(of detail: JSONValue) throws -> JSONValue {
        guard case .object(let members) = detail else { return .object([:]) }
        var kept: [String: JSONValue] = [:]
        for (name, value) in members where value != .null {
            guard hashed.contains(name) else {
                kept[name] = value
                continue
            }
            let text = Data(try value.encoded.utf8)
            kept["\(name)_bytes"] = .integer(text.count)
            kept["\(name)_sha256"] = .string(hexadecimal(SHA256.hash(data: text)))
            if case .object(let fields) = value {
                kept["\(name)_fields"] = .array(fields.keys.sorted().map(JSONValue.string))
            }
        }
        return .object(kept)
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
