import Foundation
import JobQueue
import PropertyData

/// Where tax rolls come from.
enum RollSource: Sendable, Equatable, CustomStringConvertible {
    /// A folder on this machine with files under the Department's names.
    case folder(String)
    /// An HTTP address below which the files lie as on the Department's portal.
    case portal(String)
    /// The built-in synthetic files.
    case sample

    /// Reads a source as jobs and the configuration write it; an empty text is the sample.
    ///
    /// Plain `http:` is for this machine only, since nothing else would tell a forged file from a real one. A relative
    /// folder counts from the process' working folder.
    init(parsing text: String) throws(JobFailure) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "", "sample": self = .sample
        case "file": self = try Self.folder(of: text)
        case "https", "http": self = .portal(try Self.base(of: text, scheme: scheme))
        default:
            throw JobFailure(
                "invalid_source",
                "a source is https://…, file:/folder, or \"sample\"; plain http:// is for loopback only",
                field: "source"
            )
        }
    }

    /// The source as a later job can name it.
    var description: String {
        switch self {
        case .folder(let path): "file:\(path)"
        case .portal(let base): base
        case .sample: "sample"
        }
    }

    /// Whether its files are synthetic.
    var isSample: Bool { self == .sample }

    private static func folder(of text: String) throws(JobFailure) -> RollSource {
        var path = text.dropFirst("file:".count)
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        if path.hasPrefix("localhost/") { path = path.dropFirst("localhost".count) }
        guard let plain = String(path).removingPercentEncoding, !plain.isEmpty else {
            throw JobFailure("invalid_source", "a folder is given as file:/path/to/folder", field: "source")
        }
        return .folder(plain.hasPrefix("/") ? plain : "\(FileManager.default.currentDirectoryPath)/\(plain)")
    }

    private static func base(of text: String, scheme: String) throws(JobFailure) -> String {
        guard let url = URL(string: text), let host = url.host, !host.isEmpty, url.user == nil, url.query == nil else {
            throw JobFailure(
                "invalid_source",
                "the address cannot be used: it needs a host, and may have no user, password or query",
                field: "source"
            )
        }
        guard scheme == "https" || isLoopback(host) else {
            throw JobFailure("invalid_source", "plain http:// is for loopback only: use https://", field: "source")
        }
        let base = text.hasSuffix("/") ? String(text.dropLast()) : text
        // The portal's front door: the folder of tax rolls is behind it.
        return host == "floridarevenue.com" && url.path.count <= 1 ? PortalURL.base : base
    }

    /// Whether a host is this machine.
    static func isLoopback(_ host: String) -> Bool {
        let plain = host.lowercased().trimmingPrefix("[").prefix { $0 != "]" }
        let isIPv4 = plain.hasPrefix("127.") && plain.allSatisfy { $0.isNumber || $0 == "." }
        return plain == "localhost" || plain == "::1" || isIPv4
    }
}
