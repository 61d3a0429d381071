import Hummingbird
import JobModel

extension Request {
    /// The whole body, if it is not larger than a limit.
    ///
    /// A length that is declared too large is refused before the first byte is read.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        let tooLarge = Problem(.tooLarge, "the body may have \(limit) bytes; put large data into a file or a table")
        if let declared = headers[.contentLength].flatMap(Int.init), declared > limit { throw tooLarge }
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.readableBytes <= limit else { throw tooLarge }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }

    /// The body as a JSON object.
    func object(upTo limit: Int) async throws -> [String: JSONValue] {
        let bytes = try await bytes(upTo: limit)
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Problem.malformedBody
        }
        guard case .object(let members) = document else { throw Problem.invalid("", "must be a JSON object") }
        return members
    }
}
