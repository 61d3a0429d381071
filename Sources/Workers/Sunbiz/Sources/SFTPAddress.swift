import JobQueue

/// A folder on an SFTP server: `sftp://user@host:port/path`, the path relative to the user's own folder unless it begins
/// with two slashes.
struct SFTPAddress: Sendable, Hashable, CustomStringConvertible {
    let user: String
    let host: String
    let port: Int?
    /// The folder, empty for the user's own.
    let path: String

    /// Reads an address; every part of it reaches the `sftp` client, so that only plain characters are accepted.
    init(parsing text: String) throws(JobFailure) {
        let pattern = #/sftp://([A-Za-z0-9_][A-Za-z0-9_.\-]*)@([A-Za-z0-9][A-Za-z0-9.\-]*)(?::(\d{1,5}))?(/.*)?/#
        guard let match = text.wholeMatch(of: pattern) else {
            throw JobFailure(
                "invalid_source",
                "an SFTP source is sftp://user@host/path, with a port if need be and without a password",
                field: "source"
            )
        }
        let path = match.4.map { String($0.dropFirst()) } ?? ""
        guard path.wholeMatch(of: #/[A-Za-z0-9._/\-]*/#) != nil, !path.hasPrefix("-") else {
            throw JobFailure("invalid_source", "the path may have letters, digits and . _ - / only", field: "source")
        }
        user = String(match.1)
        host = String(match.2)
        port = match.3.flatMap { Int($0) }
        self.path = path
    }

    /// The address as a later job can name it.
    var description: String { "sftp://\(user)@\(host)\(port.map { ":\($0)" } ?? "")/\(path)" }
}
