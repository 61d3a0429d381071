import Foundation
import JobModel
import JobQueue

/// The file in which a reviewer writes an override: JSON, with remarks in lines that begin with `//`.
enum OverrideText {
    /// The text for the editor.
    static func text(
        _ value: JSONValue?,
        schema: JSONSchema?,
        defects: [String],
        of previous: String? = nil
    ) throws
        -> String
    {
        var lines = [
            "// The result to put in place. Lines that begin with // are left out; an empty file changes nothing."
        ]
        lines += defects.map { "// WRONG  \(CellText.safe($0))" }
        if let previous { return (lines + [body(of: previous)]).joined(separator: "\n") + "\n" }
        if let schema, !schema.properties.isEmpty {
            lines += schema.properties.map { property in
                let kinds = property.schema.kinds.map(\.rawValue).joined(separator: " or ")
                let must = property.isRequired ? "" : ", may be missing"
                return "//   \(property.name): \(kinds.isEmpty ? "anything" : kinds)\(must)"
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        lines.append(String(decoding: try encoder.encode(value ?? .object([:])), as: UTF8.self))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text without remarks and blank ends.
    static func body(of text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Reads the value.
    ///
    /// - Throws: ``CommandFailure`` that says where it is no JSON.
    static func value(of text: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: body(of: text))
        } catch let error as DecodingError {
            throw CommandFailure(.usage, "it is no JSON: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        guard case .dataCorrupted(let context) = error, let cause = context.underlyingError else {
            return JobFailure(decoding: error).message
        }
        return (cause as NSError).userInfo["NSDebugDescription"] as? String ?? String(describing: cause)
    }
}
