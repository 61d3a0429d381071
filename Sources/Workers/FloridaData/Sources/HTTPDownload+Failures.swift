import AsyncHTTPClient
import JobQueue
import NIOCore
import NIOHTTP1

extension HTTPDownload {
    /// The failure for an answer that is neither a file nor "there is none".
    func refusal(_ response: HTTPClientResponse) -> JobFailure {
        let status = response.status
        let isPassing = status.code >= 500 || [408, 425, 429].contains(status.code)
        // The other form of Retry-After, a date, depends on two clocks; the queue's own delay serves as well.
        let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
        return JobFailure(
            isPassing ? "source_unavailable" : "source_refused",
            "\(address) answered \(status.code) \(status.reasonPhrase)",
            field: "source",
            isRetryable: isPassing,
            retryAfter: isPassing ? seconds.map { .seconds(min(max($0, 0), 3_600)) } : nil
        )
    }

    /// The failure for a broken connection or a silent server.
    func failure(of error: any Error) -> JobFailure {
        let timeouts: [HTTPClientError] = [
            .readTimeout, .connectTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
        ]
        let mistakes: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]
        let known = error as? HTTPClientError
        if let known, mistakes.contains(known) {
            return JobFailure("invalid_source", "\(address) is no usable address", field: "source")
        }
        let isTimeout = known.map(timeouts.contains) ?? false
        return JobFailure(
            isTimeout ? "source_timed_out" : "source_unavailable",
            "\(address): \(known.map(String.init(describing:)) ?? String(describing: error))",
            field: "source",
            isRetryable: true
        )
    }

    /// The failure for a download that takes longer than one attempt may.
    func timedOut(_ done: Int, _ total: Int?) -> JobFailure {
        let amount = total.map { "\(done) of \($0) bytes" } ?? "\(done) bytes"
        return JobFailure(
            "source_timed_out",
            "\(address) sent \(amount) in \(settings.totalTimeout)",
            field: "source",
            isRetryable: true
        )
    }

    /// The failure for a body that ended before its stated length.
    func cut(_ partial: PartialFile, _ total: Int?) -> JobFailure {
        JobFailure(
            "download_incomplete",
            "\(address) ended after \(partial.byteCount) of \(total ?? 0) bytes",
            field: "source",
            isRetryable: true
        )
    }

    /// The failure for a file that no county's roll can be.
    func tooLarge(_ bytes: Int) -> JobFailure {
        JobFailure(
            "file_too_large",
            "\(address) has \(bytes) bytes or more, the limit is \(settings.maximumBytes)",
            field: "source"
        )
    }
}

/// The header Content-Range of a partial answer (RFC 9110, section 14.4).
struct ContentRange {
    /// The place of the first byte.
    let first: Int
    /// The length of the whole file; nil when the server does not know.
    let total: Int?

    init?(_ headers: HTTPHeaders) {
        let pattern = #/bytes (\d+)-\d+/(\d+|\*)/#
        guard let match = headers.first(name: "Content-Range")?.wholeMatch(of: pattern), let first = Int(match.1) else {
            return nil
        }
        self.first = first
        total = Int(match.2)
    }
}
