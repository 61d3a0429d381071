import AsyncHTTPClient
import Foundation
import JobQueue
import NIOCore
import NIOHTTP1
import PropertyData

/// A copy of the Division's folder on a web server, whose index page links the files.
struct SunBizMirror {
    let base: String
    let http: HTTPSettings

    /// The largest index page that is read.
    private static let maximumIndexBytes = 16 << 20

    /// The files that the index page links.
    ///
    /// A daily file does not change. One of a quarter has the same name every time: its size and tag are asked for.
    func list() async throws -> [OfferedFile] {
        try await http.withClient { client in
            let deadline = ContinuousClock.now + http.idleTimeout
            let page = try await index(client, deadline)
            let links = page.matches(of: #/href\s*=\s*["']?([^"'?#\s>]+)/#.ignoresCase()).map { String($0.1) }
            let names = Set(links.compactMap { $0.split(separator: "/").last.map(String.init) })
            var files: [OfferedFile] = []
            for name in names.compactMap({ SunBizFileName(parsing: $0) }) {
                var file = OfferedFile(name: name)
                if name.date == nil { try await ask(for: &file, client) }
                files.append(file)
            }
            return files
        }
    }

    /// Fetches a file, or the rest of it where a part is there already.
    func fetch(_ name: String, to path: String, _ progress: @escaping (Int, Int?) -> Void) async throws {
        let address = "\(base)/\(name)"
        try await http.withClient { client in
            let partial = try PartialFile(path: path)
            let download = HTTPDownload(
                client: client,
                settings: http,
                address: address,
                content: .records,
                progress: progress
            )
            switch try await download.fetch(into: partial, known: nil) {
            case .complete: return
            case .absent(let what):
                throw JobFailure("file_not_found", "\(address) answered \(what)", field: "source")
            case .unchanged:
                throw JobFailure("invalid_answer", "\(address) answered 304 to a plain request", isRetryable: true)
            }
        }
    }

    private func index(_ client: HTTPClient, _ deadline: ContinuousClock.Instant) async throws -> String {
        do {
            let headers: HTTPHeaders = ["User-Agent": "concord/\(ConcordVersion.current)", "Accept": "text/html"]
            let response = try await HTTPRedirects(client: client, deadline: deadline).get("\(base)/", headers)
            guard response.status == .ok else {
                let isPassing = response.status.code >= 500 || response.status.code == 429
                throw JobFailure(
                    isPassing ? "source_unavailable" : "source_refused",
                    "\(base)/ answered \(response.status.code): the mirror's index page is needed",
                    field: "source",
                    isRetryable: isPassing
                )
            }
            return String(buffer: try await response.body.collect(upTo: Self.maximumIndexBytes))
        } catch let failure as JobFailure {
            throw failure
        } catch {
            try Task.checkCancellation()
            throw JobFailure(
                "source_unavailable",
                "the index page of \(base) cannot be read",
                field: "source",
                isRetryable: true
            )
        }
    }

    private func ask(for file: inout OfferedFile, _ client: HTTPClient) async throws {
        var request = HTTPClientRequest(url: "\(base)/\(file.name)")
        request.method = .HEAD
        do {
            let response = try await client.execute(
                request,
                timeout: .milliseconds(Int64(http.idleTimeout.wholeMilliseconds))
            )
            guard response.status == .ok else { return }
            let validators = HTTPValidators(response.headers)
            file.bytes = response.headers.first(name: "Content-Length").flatMap { Int($0) }
            file.version = validators.etag ?? validators.lastModified
            file.modified = validators.lastModified.flatMap(Self.day)
        } catch {
            try Task.checkCancellation()
            // Without an answer the file counts as it was; the fetch itself says what is wrong.
            return
        }
    }

    /// The day of `Mon, 13 Apr 2026 20:21:00 GMT` (RFC 9110, section 5.6.7).
    private static func day(_ text: String) -> CalendarDate? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = text.split(separator: " ")
        guard words.count == 6, let day = Int(words[1]), let month = months.firstIndex(of: String(words[2])),
            let year = Int(words[3])
        else { return nil }
        return CalendarDate(year: year, month: month + 1, day: day)
    }
}

extension HTTPSettings {
    /// Lends a client that follows no redirect by itself.
    func withClient<R: Sendable>(_ body: (HTTPClient) async throws -> R) async throws -> R {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .milliseconds(Int64(connectTimeout.wholeMilliseconds)),
                read: .milliseconds(Int64(idleTimeout.wholeMilliseconds))
            )
        )
        configuration.httpVersion = .http1Only
        return try await HTTPClient.withHTTPClient(configuration: configuration) { try await body($0) }
    }
}
