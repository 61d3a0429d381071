import Foundation
import Hummingbird
import JobModel

extension GatewayContext {
    /// The text of a path's parameter, decoded: ids contain colons, which some clients escape.
    func text(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        return raw.removingPercentEncoding ?? raw
    }

    /// The job or operation that the path names.
    ///
    /// - Throws: the ``Problem`` 404 for a text that can be no id.
    func jobID(_ what: String) throws -> JobID {
        let text = try text("id")
        guard let id = JobID(rawValue: text) else { throw Problem.notFound(what, text) }
        return id
    }
}

extension Request {
    /// The header `Idempotency-Key`.
    ///
    /// - Throws: the ``Problem`` that names it, for a key of another length.
    func idempotencyKey() throws(Problem) -> String? {
        guard let key = headers[named: "Idempotency-Key"] else { return nil }
        guard (1...256).contains(key.utf8.count) else { throw .invalid("Idempotency-Key", "must have 1 to 256 bytes") }
        return key
    }
}
