import JobQueue
import PropertyData

/// Where the Division's bulk files come from.
enum SunBizSource: Sendable, Equatable, CustomStringConvertible {
    /// A folder on this machine.
    case folder(String)
    /// An HTTP address with a page that links the files.
    case mirror(String)
    /// A folder on an SFTP server.
    case sftp(SFTPAddress)
    /// The built-in synthetic files.
    case sample

    /// Reads a source as jobs and the configuration write it; an empty text is the sample.
    ///
    /// `configured` is the deployment's own source: a job may name another folder on the same SFTP server, but no other
    /// server, which would be given the deployment's credentials.
    init(parsing text: String, configured: String) throws(JobFailure) {
        let wanted = text.isEmpty ? configured : text
        guard wanted.lowercased().hasPrefix("sftp:") else {
            switch try RollSource(parsing: wanted) {
            case .folder(let path): self = .folder(path)
            case .portal(let base): self = .mirror(base)
            case .sample: self = .sample
            }
            return
        }
        let address = try SFTPAddress(parsing: wanted)
        if !text.isEmpty, text != configured {
            let own = configured.hasPrefix("sftp:") ? try SFTPAddress(parsing: configured) : nil
            guard let own, own.user == address.user, own.host == address.host, own.port == address.port else {
                throw JobFailure(
                    "invalid_source",
                    "a job may name a folder of the SFTP server that sunbiz.source names, and no other server",
                    field: "source"
                )
            }
        }
        self = .sftp(address)
    }

    /// The source as a later job can name it.
    var description: String {
        switch self {
        case .folder(let path): "file:\(path)"
        case .mirror(let base): base
        case .sftp(let address): address.description
        case .sample: "sample"
        }
    }

    /// Whether its files are synthetic.
    var isSample: Bool { self == .sample }
}
