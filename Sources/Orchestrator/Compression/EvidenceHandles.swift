package import JobModel

/// Short stand-ins for long identifiers: a UUID costs some 24 to 36 tokens, `@7` costs two.
///
/// One value serves all evidence of a prompt, so that an identifier has the same handle everywhere. A string that begins
/// with `@` by itself gets a second one, so that the replacement can always be undone.
package struct EvidenceHandles: Sendable, Hashable {
    private var identifiers: [String] = []
    private var numbers: [[UInt8]: Int] = [:]

    package init() {}

    /// The identifiers that have handles, the first having number 1.
    package var replaced: [String] { identifiers }

    /// The document with handles for its identifiers.
    package mutating func replacing(in value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            if LongIdentifier.matches(text) { return .string("@\(number(of: text))") }
            return text.utf8.first == UInt8(ascii: "@") ? .string("@" + text) : value
        case .array(let elements):
            var replaced: [JSONValue] = []
            for element in elements { replaced.append(replacing(in: element)) }
            return .array(replaced)
        case .object(let members):
            var replaced: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) { replaced[name] = replacing(in: member) }
            return .object(replaced)
        case .null, .bool, .integer, .number: return value
        }
    }

    /// The document as it was before ``replacing(in:)``.
    package func restoring(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(restored(text))
        case .array(let elements): return .array(elements.map(restoring))
        case .object(let members): return .object(members.mapValues(restoring))
        case .null, .bool, .integer, .number: return value
        }
    }

    /// A text that a model wrote, with the identifiers in place of the handles in it.
    package func restoring(prose text: String) -> String {
        text.replacing(/@(\d+)/) { match in
            guard let number = Int(match.output.1), identifiers.indices.contains(number - 1) else {
                return String(match.output.0)
            }
            return identifiers[number - 1]
        }
    }

    private func restored(_ text: String) -> String {
        guard text.utf8.first == UInt8(ascii: "@") else { return text }
        let rest = text.dropFirst()
        if let number = Int(rest), identifiers.indices.contains(number - 1) { return identifiers[number - 1] }
        return String(text.unicodeScalars.dropFirst())
    }

    private mutating func number(of text: String) -> Int {
        // By bytes: texts that only look equal are different identifiers.
        let key = Array(text.utf8)
        if let number = numbers[key] { return number }
        identifiers.append(text)
        numbers[key] = identifiers.count
        return identifiers.count
    }
}

/// Texts that are identifiers and nothing else, and too long to repeat.
enum LongIdentifier {
    /// A UUID, a ULID, a digest in hexadecimal, or the id of an operation or of its job.
    static func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (16...160).contains(bytes.count) else { return false }
        // A number, however long, may be a parcel's, which people know it by.
        if bytes.allSatisfy(isHex) { return !bytes.allSatisfy(isDigit) }
        if bytes.count == 36, isUUID(bytes) { return true }
        if bytes.count == 26, bytes.allSatisfy(isCrockford), bytes.contains(where: isDigit) { return true }
        if text.hasPrefix("sha256:"), bytes.dropFirst(7).allSatisfy(isHex) { return true }
        return text.hasPrefix("op-") && bytes.count <= 64 && text.wholeMatch(of: operation) != nil
    }

    private static var operation: Regex<(Substring, Substring?)> { /op-\d{8}-\d{6}-[0-9a-f]{8}(:[A-Za-z0-9._-]+)?/ }

    private static func isUUID(_ bytes: [UInt8]) -> Bool {
        bytes.enumerated().allSatisfy { place, byte in
            [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : isHex(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }

    /// The alphabet of Crockford's base 32, without I, L, O and U.
    private static func isCrockford(_ byte: UInt8) -> Bool {
        isDigit(byte) || ((0x41...0x5a).contains(byte) && ![0x49, 0x4c, 0x4f, 0x55].contains(byte))
    }
}
