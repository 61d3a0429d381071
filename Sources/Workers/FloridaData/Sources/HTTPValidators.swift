import NIOHTTP1

/// What a server says to tell one version of a file from another (RFC 9110, section 8.8).
struct HTTPValidators: Codable, Sendable, Equatable {
    /// The entity tag with its quotes, and with `W/` when it is weak.
    var etag: String?
    /// The date as the server wrote it.
    var lastModified: String?

    init(_ headers: HTTPHeaders) {
        etag = headers.first(name: "ETag")
        lastModified = headers.first(name: "Last-Modified")
    }

    /// The value for If-Range: a strong tag, or else the date; nil when the rest of the file cannot be asked for safely.
    var forRange: String? {
        if let etag, !etag.hasPrefix("W/") { etag } else { lastModified }
    }

    /// The header that asks for a file only if it has changed; nil when the server gave nothing to ask with.
    var condition: (name: String, value: String)? {
        if let etag { return ("If-None-Match", etag) }
        return lastModified.map { ("If-Modified-Since", $0) }
    }
}
