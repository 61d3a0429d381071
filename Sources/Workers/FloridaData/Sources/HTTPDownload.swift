import AsyncHTTPClient
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobQueue
import NIOCore
import NIOHTTP1

/// Fetches one zip from one address to disk, at constant memory.
struct HTTPDownload {
    /// How a server answered.
    enum Answer {
        /// All of the file is on disk; this is its version.
        case complete(HTTPValidators)
        /// The file is still the version asked with.
        case unchanged
        /// There is something else at the address, or nothing.
        case absent(String)
    }

    /// What is expected at the address; a server may answer anything with status 200.
    enum Content {
        /// A zip.
        case zip
        /// A table of records, plain or compressed: anything but an HTML page.
        case records

        /// Whether a file of this content may begin so.
        func accepts(_ start: ByteBufferView) -> Bool {
            switch self {
            case .zip: start.starts(with: [0x50, 0x4b])
            case .records: start.first != UInt8(ascii: "<")
            }
        }
    }

    let client: HTTPClient
    let settings: HTTPSettings
    let address: String
    var content = Content.zip
    let progress: (_ done: Int, _ total: Int?) -> Void

    /// Fetches the file, or the rest of it, unless it is still the known version.
    ///
    /// - Throws: a ``JobFailure``, retryable for everything that may pass: what came so far stays for the next attempt.
    func fetch(into partial: PartialFile, known: HTTPValidators?) async throws -> Answer {
        let deadline = ContinuousClock.now + settings.totalTimeout
        do {
            var response = try await send(partial, known, deadline)
            if response.status == .rangeNotSatisfiable {
                try partial.restart(nil)
                response = try await send(partial, known, deadline)
            }
            return try await take(response, into: partial, deadline)
        } catch let failure as JobFailure {
            throw failure
        } catch {
            // The client's own error for a cancelled task is no failure of the server.
            try Task.checkCancellation()
            throw failure(of: error)
        }
    }

    private func send(
        _ partial: PartialFile,
        _ known: HTTPValidators?,
        _ deadline: ContinuousClock.Instant
    ) async throws -> HTTPClientResponse {
        var headers: HTTPHeaders = [
            "User-Agent": "concord/\(ConcordVersion.current)",
            "Accept": "application/zip, application/octet-stream, */*",
            "Accept-Encoding": "identity",
        ]
        if partial.byteCount > 0, let version = partial.validators?.forRange {
            headers.add(name: "Range", value: "bytes=\(partial.byteCount)-")
            headers.add(name: "If-Range", value: version)
        } else if let condition = known?.condition {
            headers.add(name: condition.name, value: condition.value)
        }
        return try await HTTPRedirects(client: client, deadline: deadline).get(address, headers)
    }

    private func take(
        _ response: HTTPClientResponse,
        into partial: PartialFile,
        _ deadline: ContinuousClock.Instant
    ) async throws -> Answer {
        let total: Int?
        switch response.status.code {
        case 200:
            total = response.headers.first(name: "Content-Length").flatMap { Int($0) }
            try partial.restart(HTTPValidators(response.headers))
        case 206:
            guard let range = ContentRange(response.headers), range.first == partial.byteCount else {
                try partial.restart(nil)
                throw JobFailure("invalid_answer", "\(address) sent another range than asked for", isRetryable: true)
            }
            total = range.total
        case 304: return .unchanged
        case 404, 410: return .absent("\(response.status.code) \(response.status.reasonPhrase)")
        default: throw refusal(response)
        }
        if let total, total > settings.maximumBytes { throw tooLarge(total) }
        if let other = try await receive(response, into: partial, total, deadline) { return .absent(other) }
        guard total == nil || total == partial.byteCount else { throw cut(partial, total) }
        return .complete(partial.validators ?? HTTPValidators(response.headers))
    }

    /// Writes the body to disk; returns what it is instead when it does not begin as a zip does.
    private func receive(
        _ response: HTTPClientResponse,
        into partial: PartialFile,
        _ total: Int?,
        _ deadline: ContinuousClock.Instant
    ) async throws -> String? {
        // The rest of a file begins anywhere; its beginning was looked at before.
        var isRecognized = partial.byteCount > 0
        var start = ByteBuffer()
        for try await chunk in response.body {
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline else { throw timedOut(partial.byteCount, total) }
            if !isRecognized {
                start.writeImmutableBuffer(chunk)
                guard start.readableBytes >= 4 else { continue }
                guard content.accepts(start.readableBytesView) else {
                    return Self.description(of: start, response, total)
                }
                isRecognized = true
                try partial.append(start)
            } else {
                try partial.append(chunk)
            }
            guard partial.byteCount <= settings.maximumBytes else { throw tooLarge(partial.byteCount) }
            progress(partial.byteCount, total)
        }
        try Task.checkCancellation()
        if isRecognized { return nil }
        // A connection that closes early is no empty file.
        if let total, total > start.readableBytes { throw cut(partial, total) }
        return Self.description(of: start, response, total)
    }

    /// What an answer is that is no zip, in words.
    private static func description(of start: ByteBuffer, _ response: HTTPClientResponse, _ total: Int?) -> String {
        let type = response.headers.first(name: "Content-Type") ?? "no content type"
        let begin = String(decoding: start.readableBytesView.prefix(512), as: UTF8.self).lowercased()
        let isHTML = type.lowercased().contains("html") || begin.contains("<html") || begin.contains("<!doctype")
        let size = total.map { "of \($0) bytes" } ?? "of unstated size"
        let status = "\(response.status.code) \(response.status.reasonPhrase)"
        if start.readableBytes == 0 { return "\(status) with an empty body" }
        return isHTML
            ? "\(status) with an HTML page \(size), no zip" : "\(status) with \(type.prefix(60)) \(size), no zip"
    }
}
