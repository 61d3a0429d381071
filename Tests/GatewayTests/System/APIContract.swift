import JobModel
import Synchronization
import Testing

@testable import Gateway

/// A server's OpenAPI document, against which answers are held.
///
/// Stricter than the document itself: a member that it does not name is a defect too, since nobody would know of it.
final class APIContract: Sendable {
    let document: JSONValue
    /// Schemas that were used, by where they stand: to read one takes longer than the answer.
    private let schemas = Mutex<[String: JSONSchema]>([:])

    init(document: JSONValue) { self.document = document }

    /// The contract of an orchestrator and of a worker of the fake actions; the servers are held against it elsewhere.
    static let orchestrator = Result { APIContract(document: try OpenAPITests.orchestratorDocument()) }
    static let worker = Result { APIContract(document: try OpenAPITests.workerDocument()) }

    /// Everything about an answer that the document does not promise.
    func defects(
        of method: String,
        _ uri: String,
        status: Int,
        type: String?,
        body: String,
        json: JSONValue
    ) throws -> [String] {
        let path = uri.prefix { $0 != "?" }
        guard let methods = self.methods(of: path) else {
            return status == 404 ? [] : ["\(path) is not described, and is answered with \(status)"]
        }
        guard let operation = methods[method.lowercased()] else {
            return status == 405 || method == "HEAD" ? [] : ["\(method) \(path) is not described"]
        }
        guard let answer = operation["responses"]?[String(status)] else { return ["\(status) is not described"] }
        guard case .object(let content)? = answer["content"] else {
            return body.isEmpty ? [] : ["\(status) has a body that is not described"]
        }
        let form = String((type ?? "").prefix { $0 != ";" })
        guard let media = content[form] else { return ["\(status) in the form \(form) is not described"] }
        guard form.hasSuffix("json"), let schema = media["schema"] else { return [] }
        let place = "\(method) \(operation["operationId"]?.string ?? "") \(status) \(form)"
        let strict = try self.schema(at: place, schema)
        return strict.defects(in: json).map(\.description)
    }

    private func schema(at place: String, _ schema: JSONValue) throws -> JSONSchema {
        if let known = schemas.withLock({ $0[place] }) { return known }
        let strict = try resolved(schema).decode(JSONSchema.self).strict
        schemas.withLock { $0[place] = strict }
        return strict
    }

    /// The methods of the described path that a path fits, one without parameters before others.
    private func methods(of path: Substring) -> JSONValue? {
        guard case .object(let paths)? = document["paths"] else { return nil }
        let words = path.split(separator: "/", omittingEmptySubsequences: false)
        let fitting = paths.keys.filter { template in
            let parts = template.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == words.count && zip(parts, words).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        return fitting.min { $0.count { $0 == "{" } < $1.count { $0 == "{" } }.flatMap { paths[$0] }
    }

    /// The schema with every reference replaced by what it refers to.
    func resolved(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .object(let members):
            if let name = members["$ref"]?.string?.split(separator: "/").last,
                let target = document["components"]?["schemas"]?[String(name)]
            {
                return resolved(target)
            }
            return .object(members.mapValues(resolved))
        case .array(let elements): return .array(elements.map(resolved))
        default: return schema
        }
    }
}

extension JSONSchema {
    /// The same, where an object with known members has no others.
    var strict: JSONSchema {
        var schema = self
        schema.properties = properties.map { property in
            var property = property
            property.schema = property.schema.strict
            return property
        }
        if case .each(let element) = elements { schema.elements = .each(element.strict) }
        switch otherMembers {
        case .each(let member): schema.otherMembers = .each(member.strict)
        case .anything where !properties.isEmpty: schema.otherMembers = .nothing
        case .anything, .nothing: break
        }
        return schema
    }
}
